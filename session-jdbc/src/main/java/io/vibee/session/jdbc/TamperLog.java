package io.vibee.session.jdbc;

import io.vibee.session.SessionException;
import java.sql.PreparedStatement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes to the activity log which sessions were tampered with, each finding once a store. */
final class TamperLog {
  private static final Logger log = LoggerFactory.getLogger(TamperLog.class);

  private static final String RECORD =
      """
      insert into session_activity (session_id, user_id, activity_type, details)
        select session_id, user_id, 'tampering_detected', jsonb_build_object(
                 'by', session_user, 'key_version', key_version, 'problem', problem)
          from unnest(?::varchar[], ?::varchar[], ?::integer[], ?::varchar[])
                 as found (session_id, user_id, key_version, problem)
      """;

  /** Remembered at most; with more, some are reported again. */
  private static final int REMEMBERED = 10_000;

  private record Finding(SealedRow row, String problem) {}

  private final Set<Finding> known = new HashSet<>();
  private final List<Finding> pending = new ArrayList<>();

  synchronized void found(SealedRow row, String problem) {
    Finding finding = new Finding(row, problem);
    if (known.size() >= REMEMBERED) known.clear();
    if (known.add(finding)) pending.add(finding);
  }

  private synchronized List<Finding> take() {
    List<Finding> taken = List.copyOf(pending);
    pending.clear();
    return taken;
  }

  /** What goes wrong here must not hide why the sessions were refused. */
  void report(Jdbc jdbc) {
    List<Finding> findings = take();
    if (findings.isEmpty()) return;
    try {
      jdbc.statement(
          connection -> {
            try (PreparedStatement statement = connection.prepareStatement(RECORD)) {
              statement.setObject(1, texts(findings.stream().map(f -> f.row().sessionId())));
              statement.setObject(2, texts(findings.stream().map(f -> f.row().userId())));
              statement.setObject(
                  3, findings.stream().mapToInt(f -> f.row().keyVersion()).toArray());
              statement.setObject(4, texts(findings.stream().map(Finding::problem)));
              return statement.executeUpdate();
            }
          });
    } catch (SessionException e) {
      log.warn(
          "{} sessions were tampered with, which could not be written to the activity log: {}",
          findings.size(),
          e.getMessage());
    }
  }

  private static String[] texts(Stream<String> values) {
    return values.toArray(String[]::new);
  }
}
