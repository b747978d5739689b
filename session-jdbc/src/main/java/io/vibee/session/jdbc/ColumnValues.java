package io.vibee.session.jdbc;

import io.vibee.session.Session;
import io.vibee.session.SessionSummary;
import io.vibee.session.jdbc.rows.JsonColumns;
import io.vibee.session.jdbc.seal.SealContext;
import io.vibee.session.jdbc.sql.Query;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The values of a row that callers choose, apart from its hash.
 *
 * @param targetChats null to keep those stored, since the column may hold JSON that strings cannot
 *     tell apart
 */
record ColumnValues(
    String userId,
    String sessionId,
    int apiId,
    @Nullable String username,
    @Nullable String phone,
    boolean active,
    boolean authorized,
    boolean digitalTwinEnabled,
    boolean autoReplyEnabled,
    @Nullable List<String> targetChats) {

  static ColumnValues of(Session session) {
    return new ColumnValues(
        session.userId(),
        session.sessionId(),
        session.apiId(),
        session.username(),
        session.phone(),
        session.active(),
        session.authorized(),
        session.digitalTwinEnabled(),
        session.autoReplyEnabled(),
        session.targetChats());
  }

  static ColumnValues of(SessionSummary session, boolean keepsChats) {
    return new ColumnValues(
        session.userId(),
        session.sessionId(),
        session.apiId(),
        session.username(),
        session.phone(),
        session.active(),
        session.authorized(),
        session.digitalTwinEnabled(),
        session.autoReplyEnabled(),
        keepsChats ? null : session.targetChats());
  }

  /** Returns what a hash in this row is sealed to. */
  SealContext sealedAt(int keyVersion) {
    return new SealContext(userId, sessionId, apiId, keyVersion);
  }

  /** Binds the values in the order in which the statements of {@link WriteSession} name them. */
  Query bind(Query query) {
    return query
        .text(userId)
        .text(sessionId)
        .integer(apiId)
        .text(username)
        .text(phone)
        .flag(active)
        .flag(authorized)
        .flag(digitalTwinEnabled)
        .flag(autoReplyEnabled)
        .text(targetChats == null ? null : JsonColumns.writeChats(targetChats));
  }
}
