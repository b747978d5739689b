package io.vibee.session.testkit.memory;

import io.vibee.session.Activity;
import io.vibee.session.SaveResult;
import io.vibee.session.SaveResult.Outcome;
import io.vibee.session.Secret;
import io.vibee.session.Session;
import io.vibee.session.SessionChangedException;
import io.vibee.session.SessionCounts;
import io.vibee.session.SessionEdit;
import io.vibee.session.SessionNotFoundException;
import io.vibee.session.SessionQuery;
import io.vibee.session.SessionRevision;
import io.vibee.session.SessionSummary;
import io.vibee.session.StoredTexts;
import io.vibee.session.UnreadableSession;
import io.vibee.session.UnreadableSession.Reason;
import io.vibee.session.UnreadableSessionException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The operations on sessions; all but {@link #handOver} run within a transaction of the tables. */
final class MemorySessions {
  private MemorySessions() {}

  static Optional<Session> find(@Nullable MemoryRow row) {
    if (row == null) return Optional.empty();
    @Nullable Reason fault = row.fault();
    if (fault != null) throw new UnreadableSessionException(row.unreadable(fault));
    return Optional.of(row.session());
  }

  static void handOver(
      MemoryRow row,
      Consumer<? super Session> readable,
      Consumer<? super UnreadableSession> unreadable) {
    @Nullable Reason fault = row.fault();
    if (fault == null) readable.accept(row.session());
    else unreadable.accept(row.unreadable(fault));
  }

  static List<SessionSummary> list(MemoryTables tables, SessionQuery query) {
    return tables.after(query.after().orElse(Long.MIN_VALUE)).stream()
        .map(MemoryRow::values)
        .filter(values -> isIn(values, query.state()))
        .limit(query.limit())
        .toList();
  }

  private static boolean isIn(SessionSummary values, SessionQuery.State state) {
    return switch (state) {
      case ANY -> true;
      case ACTIVE -> values.active();
      case INACTIVE -> !values.active();
    };
  }

  static SessionCounts counts(MemoryTables tables) {
    return new SessionCounts(
        count(tables, values -> values.active() && values.authorized()),
        count(tables, values -> values.active() && !values.authorized()),
        count(tables, values -> !values.active()));
  }

  private static long count(MemoryTables tables, Predicate<SessionSummary> which) {
    return tables.after(Long.MIN_VALUE).stream().map(MemoryRow::values).filter(which).count();
  }

  static SaveResult<Session> save(MemoryTables tables, Session session, @Nullable String actor) {
    @Nullable MemoryRow stored = tables.ofUser(session.userId());
    SessionSummary values = MemoryValues.withStoredChats(MemoryValues.chosen(session));
    MemoryRow row = write(tables, stored, new MemoryRow(values, session.apiHash(), null), actor);
    return new SaveResult<>(row.session(), outcome(stored, row));
  }

  private static Outcome outcome(@Nullable MemoryRow before, MemoryRow row) {
    if (before == null) return Outcome.CREATED;
    boolean changed = row.values().revision() != before.values().revision();
    return changed ? Outcome.UPDATED : Outcome.UNCHANGED;
  }

  /** Writes a row; a hash that is written gets the current key. */
  private static MemoryRow write(
      MemoryTables tables, @Nullable MemoryRow stored, MemoryRow chosen, @Nullable String actor) {
    return stored == null
        ? tables.add(chosen, actor)
        : tables.replace(stored, chosen, tables.keys().currentVersion(), actor);
  }

  static SaveResult<SessionSummary> edit(
      MemoryTables tables, SessionEdit edit, @Nullable String actor) {
    @Nullable MemoryRow stored = tables.ofUser(edit.userId());
    SessionRevision found = stored == null ? SessionRevision.NONE : stored.values().at();
    if (!edit.expected().orElse(found).equals(found)) {
      throw new SessionChangedException(edit.userId(), found);
    }
    if (stored == null) {
      Session session = edit.toNewSession();
      SessionSummary values = MemoryValues.withStoredChats(MemoryValues.chosen(session));
      MemoryRow row = tables.add(new MemoryRow(values, session.apiHash(), null), actor);
      return new SaveResult<>(row.values(), Outcome.CREATED);
    }
    SessionSummary values = MemoryValues.withStoredChats(edit.applyTo(stored.values()));
    @Nullable Secret apiHash = edit.apiHash().orElse(null);
    MemoryRow row =
        apiHash == null
            ? tables.replace(stored, stored.with(values), stored.values().keyVersion(), actor)
            : write(tables, stored, new MemoryRow(values, apiHash, null), actor);
    return new SaveResult<>(row.values(), outcome(stored, row));
  }

  static boolean setActive(
      MemoryTables tables, String sessionId, boolean active, @Nullable String actor) {
    MemoryRow row = tables.required(sessionId);
    if (row.values().active() == active) return false;
    return change(tables, row, MemoryValues.active(row.values(), active), actor);
  }

  static boolean setAuthorized(
      MemoryTables tables, String sessionId, boolean authorized, @Nullable String actor) {
    MemoryRow row = tables.required(sessionId);
    if (row.values().authorized() == authorized) return false;
    return change(tables, row, MemoryValues.authorized(row.values(), authorized), actor);
  }

  private static boolean change(
      MemoryTables tables, MemoryRow row, SessionSummary values, @Nullable String actor) {
    tables.replace(row, row.with(values), row.values().keyVersion(), actor);
    return true;
  }

  static boolean delete(MemoryTables tables, String sessionId, @Nullable String actor) {
    @Nullable MemoryRow row = tables.ofSession(sessionId);
    if (row == null) return false;
    tables.remove(row, actor);
    return true;
  }

  static boolean record(
      MemoryTables tables, String sessionId, String type, Map<String, ?> details) {
    StoredTexts.requireActivityType(type);
    Map<String, @Nullable Object> stored =
        StoredJson.details(Objects.requireNonNull(details, "details"));
    @Nullable MemoryRow row = tables.ofSession(sessionId);
    if (row == null && !sessionId.equals(Activity.ALL_SESSIONS)) {
      throw SessionNotFoundException.ofSession(sessionId);
    }
    @Nullable String userId = row == null ? null : row.values().userId();
    tables.log().add(sessionId, userId, type, stored, tables.now());
    return true;
  }
}
