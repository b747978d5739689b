package io.vibee.session.testkit.memory;

import io.vibee.session.Session;
import io.vibee.session.SessionEdit;
import io.vibee.session.SessionSummary;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Makes the values of a row, from a session or from those of another row. */
final class MemoryValues {
  private MemoryValues() {}

  /** Returns the values that callers choose, without those that the store adds later. */
  static SessionSummary chosen(Session session) {
    return SessionSummary.builder(0, session.userId(), session.sessionId(), session.apiId())
        .username(session.username())
        .phone(session.phone())
        .active(session.active())
        .authorized(session.authorized())
        .digitalTwinEnabled(session.digitalTwinEnabled())
        .autoReplyEnabled(session.autoReplyEnabled())
        .targetChats(session.targetChats())
        .stored(Instant.EPOCH, Instant.EPOCH, 0, 0)
        .build();
  }

  static SessionSummary active(SessionSummary values, boolean active) {
    return SessionEdit.of(values.userId()).active(active).build().applyTo(values);
  }

  static SessionSummary authorized(SessionSummary values, boolean authorized) {
    return SessionEdit.of(values.userId()).authorized(authorized).build().applyTo(values);
  }

  static SessionSummary seen(SessionSummary values, Instant at) {
    return values.toBuilder().lastSeenAt(at).build();
  }

  static SessionSummary underKey(SessionSummary values, int keyVersion) {
    return values.toBuilder()
        .stored(values.createdAt(), values.updatedAt(), values.revision(), keyVersion)
        .build();
  }

  static SessionSummary withStoredChats(SessionSummary values) {
    return SessionEdit.of(values.userId())
        .targetChats(StoredJson.chats(values.targetChats()))
        .build()
        .applyTo(values);
  }

  /** Returns a row's values with those that the store itself adds. */
  static SessionSummary at(
      SessionSummary values,
      long id,
      @Nullable Instant lastSeenAt,
      Instant createdAt,
      Instant updatedAt,
      long revision,
      int keyVersion) {
    return values.toBuilder()
        .id(id)
        .lastSeenAt(lastSeenAt)
        .stored(createdAt, updatedAt, revision, keyVersion)
        .build();
  }
}
