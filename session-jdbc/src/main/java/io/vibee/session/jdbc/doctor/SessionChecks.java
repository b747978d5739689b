package io.vibee.session.jdbc.doctor;

import io.vibee.session.Finding.Cause;
import io.vibee.session.ManagedSessionStore;
import io.vibee.session.SessionException;
import io.vibee.session.UnreadableSession;
import io.vibee.session.UnreadableSession.Reason;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;

/** Checks the cipher of every session, and whether its hash can be read. */
final class SessionChecks {
  private static final String CIPHER = "cipher";
  private static final String SESSIONS = "sessions";
  private static final int NAMED = 5;

  private static final String UNSEALED =
      """
      select count(*), count(*) filter (where @home@.session_hash_is_sealed(api_hash_encrypted) is not true)
        from @home@.user_sessions
      """;

  private static final String HIDDEN =
      """
      select row_security_active('@home@.user_sessions'::regclass) or row_security_active('@home@.encryption_keys'::regclass)
      """;

  private SessionChecks() {}

  static void cipher(Queries sql, Report findings) throws SQLException {
    if (!sql.isOurs("session_hash_is_sealed(bytea)")) {
      findings.skipped(CIPHER, "the function that tells it is missing or another role's");
      return;
    }
    Queries.Row counts = sql.row(UNSEALED);
    if (counts.number(1) == 0) {
      findings.ok(
          CIPHER, "all are AES-256, integrity protected (" + sessions(counts.number(0)) + ")");
    } else {
      findings.failed(
          CIPHER,
          Cause.UNREADABLE,
          counts.text(1)
              + " of "
              + counts.text(0)
              + " hashes are not AES-256 as this product"
              + " writes it: they were stored with the triggers off",
          "store the api_hash of these sessions again by add");
    }
  }

  static void read(ManagedSessionStore store, LongConsumer progress, Queries sql, Report findings)
      throws SQLException {
    if (sql.row(HIDDEN).is(0)) {
      findings.skipped(SESSIONS, "row level security may hide some from this role");
      return;
    }
    List<UnreadableSession> unreadable = new ArrayList<>();
    long[] readable = {0};
    try {
      progress.accept(0);
      store.forEach(session -> progress.accept(++readable[0]), unreadable::add);
    } catch (SessionException e) {
      findings.failed(SESSIONS, e);
      return;
    }
    if (unreadable.isEmpty()) {
      findings.ok(SESSIONS, "all can be decrypted (" + sessions(readable[0]) + ")");
      return;
    }
    findings.failed(
        SESSIONS,
        Cause.UNREADABLE,
        unreadable.size()
            + " of "
            + (readable[0] + unreadable.size())
            + " cannot be read: "
            + reasons(unreadable)
            + "; "
            + named(unreadable),
        unreadable.get(0).reason().advice());
  }

  private static String sessions(long number) {
    return number + (number == 1 ? " session" : " sessions");
  }

  private static String reasons(List<UnreadableSession> unreadable) {
    Map<Reason, Integer> counts = new EnumMap<>(Reason.class);
    unreadable.forEach(session -> counts.merge(session.reason(), 1, Integer::sum));
    return String.join(
        ", ",
        counts.entrySet().stream()
            .map(entry -> entry.getValue() + " because " + entry.getKey().text())
            .toList());
  }

  private static String named(List<UnreadableSession> unreadable) {
    List<String> names =
        unreadable.stream()
            .limit(NAMED)
            .map(session -> session.sessionId() + " of user " + session.userId())
            .toList();
    String more = unreadable.size() > NAMED ? " and others" : "";
    return "session " + String.join(", ", names) + more;
  }
}
