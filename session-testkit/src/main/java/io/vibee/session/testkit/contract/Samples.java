package io.vibee.session.testkit.contract;

import io.vibee.session.Session;
import io.vibee.session.SessionBuilder;
import io.vibee.session.testkit.TestSessions;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Makes sessions for the contracts, and changes to them. */
final class Samples {
  /** Ids that no session has, and some that none can have. */
  static final List<String> UNKNOWN_IDS =
      List.of(
          "unknown",
          "",
          " ",
          "\0",
          "sess_1\0",
          "sess_1 ",
          "\ud800",
          "%",
          "\\",
          "x".repeat(10_000),
          "'; drop table user_sessions; --");

  private Samples() {}

  /**
   * Makes a session that differs from {@link TestSessions#session(String)} in everything but its
   * ids.
   */
  static Session full(String userId) {
    SessionBuilder builder = TestSessions.builder(userId);
    for (UnaryOperator<SessionBuilder> change : changes().values()) {
      builder = change.apply(builder);
    }
    return builder.sessionId(TestSessions.sessionId(userId)).build();
  }

  /**
   * Returns a change of each value of {@link TestSessions#session(String)}, by its name in the log.
   */
  static Map<String, UnaryOperator<SessionBuilder>> changes() {
    Map<String, UnaryOperator<SessionBuilder>> changes = new LinkedHashMap<>();
    changes.put("session_id", session -> session.sessionId("sess_other"));
    changes.put("api_id", session -> session.apiId(7));
    changes.put("api_hash", session -> session.apiHash(TestSessions.apiHash("other")));
    changes.put("username", session -> session.username("other"));
    changes.put("phone", session -> session.phone(null));
    changes.put("is_active", session -> session.active(false));
    changes.put("is_authorized", session -> session.authorized(true));
    changes.put("digital_twin_enabled", session -> session.digitalTwinEnabled(true));
    changes.put("auto_reply_enabled", session -> session.autoReplyEnabled(false));
    changes.put("target_chats", session -> session.targetChats(List.of("-1001", "@chat")));
    return changes;
  }

  /** Returns the session without the store's own values. */
  static Session chosen(Session session) {
    return withStoresOwn(session, null, Instant.EPOCH, 0);
  }

  /** Returns the session with made-up values in place of the store's own. */
  static Session withForgedValues(Session session) {
    return withStoresOwn(
        session, Instant.parse("2001-02-03T04:05:06Z"), Instant.parse("2000-01-01T00:00:00Z"), 77);
  }

  private static Session withStoresOwn(
      Session session, @Nullable Instant seen, Instant at, int number) {
    return session.toBuilder().lastSeenAt(seen).stored(at, at, number, number).build();
  }
}
