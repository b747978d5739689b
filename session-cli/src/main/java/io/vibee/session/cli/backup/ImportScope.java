package io.vibee.session.cli.backup;

import io.vibee.session.Session;
import io.vibee.session.SessionEdit;
import io.vibee.session.SessionEditBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Which values an import sets, and therefore compares. */
enum ImportScope {
  /** Those of the {@code TELEGRAM_*} variables; flags and chats stay as they are stored. */
  CREDENTIALS,
  /**
   * All that users of a store choose. A stored session keeps its {@code is_authorized}: what the
   * bridge said last is newer than any backup.
   */
  ALL;

  /** Names the columns in which the stored session differs. */
  List<String> differences(Session stored, Session incoming) {
    List<String> names = new ArrayList<>();
    compare(names, "session_id", stored.sessionId(), incoming.sessionId());
    compare(names, "api_id", stored.apiId(), incoming.apiId());
    compare(names, "api_hash", stored.apiHash(), incoming.apiHash());
    if (sets(incoming.username())) {
      compare(names, "username", stored.username(), incoming.username());
    }
    if (sets(incoming.phone())) compare(names, "phone", stored.phone(), incoming.phone());
    if (this == CREDENTIALS) return names;
    compare(names, "is_active", stored.active(), incoming.active());
    compare(
        names, "digital_twin_enabled", stored.digitalTwinEnabled(), incoming.digitalTwinEnabled());
    compare(names, "auto_reply_enabled", stored.autoReplyEnabled(), incoming.autoReplyEnabled());
    compare(names, "target_chats", stored.targetChats(), incoming.targetChats());
    return names;
  }

  /** A variable that is not set leaves what is stored. */
  private boolean sets(@Nullable String value) {
    return this == ALL || value != null;
  }

  private static void compare(
      List<String> names, String name, @Nullable Object stored, @Nullable Object incoming) {
    if (!Objects.equals(stored, incoming)) names.add(name);
  }

  /** Prepares the addition of a session that is not stored yet. */
  SessionEditBuilder addition(Session incoming) {
    return this == ALL ? SessionEdit.of(incoming) : change(incoming);
  }

  /** Prepares the change of a stored session. */
  SessionEditBuilder change(Session incoming) {
    SessionEditBuilder edit =
        SessionEdit.of(incoming.userId())
            .sessionId(incoming.sessionId())
            .apiId(incoming.apiId())
            .apiHash(incoming.apiHash());
    if (sets(incoming.username())) edit.username(incoming.username());
    if (sets(incoming.phone())) edit.phone(incoming.phone());
    if (this == CREDENTIALS) return edit;
    return edit.active(incoming.active())
        .digitalTwinEnabled(incoming.digitalTwinEnabled())
        .autoReplyEnabled(incoming.autoReplyEnabled())
        .targetChats(incoming.targetChats());
  }
}
