package io.vibee.session.cli;

import io.vibee.session.ManagedSessionStore;
import io.vibee.session.SessionException;
import io.vibee.session.SessionStore;
import io.vibee.session.UnreadableSession;
import io.vibee.session.UnreadableSession.Reason;
import io.vibee.session.cli.terminal.CliContext;
import io.vibee.session.cli.terminal.Format;
import io.vibee.session.cli.terminal.Progress;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Every session: its cipher, and whether its hash can be read. */
final class DoctorRows {
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

  private DoctorRows() {}

  static void cipher(DoctorSql sql, DoctorFindings findings) throws SQLException {
    if (!DoctorFunctions.isOurs("session_hash_is_sealed(bytea)", sql)) {
      findings.skipped(CIPHER, "the function that tells it is missing or another role's");
      return;
    }
    DoctorSql.Row counts = sql.row(UNSEALED);
    if (counts.number(1) == 0) {
      findings.ok(
          CIPHER,
          "all are AES-256, integrity protected ("
              + Format.count(counts.number(0), "session")
              + ")");
    } else {
      findings.failed(
          CIPHER,
          ExitCode.UNREADABLE,
          counts.text(1)
              + " of "
              + counts.text(0)
              + " hashes are not AES-256 as this product"
              + " writes it: they were stored with the triggers off",
          "store the api_hash of these sessions again by add");
    }
  }

  static void decrypt(
      CliContext context, DoctorPatient patient, DoctorSql sql, DoctorFindings findings)
      throws SQLException {
    if (sql.row(HIDDEN).is(0)) {
      findings.skipped(SESSIONS, "row level security may hide some from this role");
      return;
    }
    List<UnreadableSession> unreadable = new ArrayList<>();
    long[] readable = {0};
    try (SessionStore store = SessionStore.fromEnvironment(patient.settings());
        Progress progress = new Progress(context, "decrypted")) {
      if (!(store instanceof ManagedSessionStore managed)) {
        findings.skipped(SESSIONS, "this store cannot list its sessions");
        return;
      }
      managed.forEach(session -> progress.at(++readable[0], 0), unreadable::add);
    } catch (SessionException e) {
      findings.failed(SESSIONS, e);
      return;
    }
    if (unreadable.isEmpty()) {
      findings.ok(SESSIONS, "all can be decrypted (" + Format.count(readable[0], "session") + ")");
      return;
    }
    findings.failed(
        SESSIONS,
        ExitCode.UNREADABLE,
        unreadable.size()
            + " of "
            + (readable[0] + unreadable.size())
            + " cannot be read: "
            + reasons(unreadable)
            + "; "
            + named(unreadable),
        unreadable.get(0).reason().advice());
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
