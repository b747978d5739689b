package io.vibee.session.jdbc;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The chats of a row. Apart from {@link JsonText}, since most rows have none, and an agent that
 * loads only such ones is spared Jackson's four hundred classes.
 */
final class TargetChats {
  private TargetChats() {}

  /** As {@link JsonText#readChats} has them. */
  static List<String> read(@Nullable String json) {
    return json == null || json.equals("[]") ? List.of() : JsonText.readChats(json);
  }
}
