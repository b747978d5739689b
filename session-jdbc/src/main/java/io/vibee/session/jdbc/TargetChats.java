package io.vibee.session.jdbc;

import io.vibee.session.Session;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The chats of a row. Apart from {@link JsonText}, since most rows have none, and an agent that
 * loads only such ones is spared Jackson's four hundred classes.
 */
final class TargetChats {
  /**
   * Of a row {@code s}; null if they are too long, as the schema once let them be. What is short as
   * it lies in the table needs no second look.
   */
  static final String COLUMN =
      """
      case when pg_column_size(s.target_chats) < 2000 or octet_length(s.target_chats::text) <= %d
           then s.target_chats::text end
      """
          .formatted(Session.MAX_TARGET_CHATS_BYTES);

  private TargetChats() {}

  /**
   * As {@link JsonText#readChats} has them.
   *
   * @throws IllegalArgumentException if they are too long, or too deep
   */
  static List<String> read(@Nullable String json) {
    if (json == null) throw new IllegalArgumentException("the chats are too long");
    return json.equals("[]") ? List.of() : JsonText.readChats(json);
  }
}
