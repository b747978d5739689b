package io.vibee.session.jdbc.rows;

import io.vibee.session.SessionException;
import io.vibee.session.UnreadableSession;
import io.vibee.session.jdbc.seal.SealContext;
import io.vibee.session.jdbc.sql.Jdbc;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes to the activity log which sessions were tampered with, each finding once per store. */
final class TamperLog {
  private static final Logger log = LoggerFactory.getLogger(TamperLog.class);

  private static final String RECORD =
      """
      insert into @home@.session_activity (session_id, user_id, activity_type, details)
        select session_id, user_id, 'tampering_detected', jsonb_build_object(
                 'by', session_user, 'key_version', key_version, 'problem', problem)
          from unnest(?::varchar[], ?::varchar[], ?::integer[], ?::varchar[])
                 as found (session_id, user_id, key_version, problem)
      """;

  /**
   * Most findings that are held. More are only counted: they have one cause, and listing them all
   * helps nobody.
   */
  private static final int HELD = 10_000;

  private static final int NAMED_IN_LOG = 20;

  private record Finding(SealContext row, String problem) {}

  private final Set<Finding> known = new HashSet<>();
  private final List<Finding> pending = new ArrayList<>();
  private long beyond;

  synchronized void found(SealContext row, String problem) {
    Finding finding = new Finding(row, problem);
    if (known.contains(finding)) return;
    if (known.size() < HELD) {
      known.add(finding);
      pending.add(finding);
    } else if (beyond++ < NAMED_IN_LOG) {
      log.warn("{} ({})", session(row), problem);
    }
  }

  private synchronized List<Finding> take() {
    if (beyond > 0) {
      log.warn(
          "{} findings of tampering beyond the {} that one store writes to the activity log",
          beyond,
          HELD);
      beyond = 0;
    }
    List<Finding> taken = List.copyOf(pending);
    pending.clear();
    return taken;
  }

  /** Lets the next reader who comes upon these findings report them again. */
  private synchronized void forget(List<Finding> findings) {
    findings.forEach(known::remove);
  }

  /**
   * Writes the findings to the activity log, or only logs them where nothing can be written. A
   * failure here must not hide why sessions were refused.
   */
  void report(Jdbc jdbc) {
    List<Finding> findings = take();
    if (findings.isEmpty()) return;
    if (jdbc.isReadOnly()) {
      warn(findings, "the activity log cannot be written where the store only reads");
      return;
    }
    try {
      jdbc.write(
          tx ->
              tx.query(RECORD)
                  .array(texts(findings.stream().map(f -> f.row().sessionId())))
                  .array(texts(findings.stream().map(f -> f.row().userId())))
                  .array(findings.stream().mapToInt(f -> f.row().keyVersion()).toArray())
                  .array(texts(findings.stream().map(Finding::problem)))
                  .update());
    } catch (SessionException e) {
      forget(findings);
      warn(findings, String.valueOf(e.getMessage()));
    }
  }

  private static void warn(List<Finding> findings, String whyNotWritten) {
    log.warn(
        "{} sessions were tampered with, which could not be written to the activity log: {}",
        findings.size(),
        whyNotWritten);
    findings.stream()
        .limit(NAMED_IN_LOG)
        .forEach(finding -> log.warn("{} ({})", session(finding.row()), finding.problem()));
  }

  /** Returns the session in a form fit for a log line. */
  private static UnreadableSession session(SealContext row) {
    return UnreadableSession.of(
            row.userId(), row.sessionId(), true, UnreadableSession.Reason.TAMPERED)
        .underKey(row.keyVersion());
  }

  private static String[] texts(Stream<String> values) {
    return values.toArray(String[]::new);
  }
}
