package io.vibee.session.cli;

import io.vibee.session.SessionException;
import io.vibee.session.cli.DoctorFinding.Status;
import io.vibee.session.cli.terminal.Printable;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Takes down what the checks find, and hands it on as it comes. */
final class DoctorFindings {
  private final List<DoctorFinding> all = new ArrayList<>();
  private final Consumer<DoctorFinding> listener;

  DoctorFindings(Consumer<DoctorFinding> listener) {
    this.listener = listener;
  }

  void ok(String check, String text) {
    add(check, Status.OK, text, null, 0);
  }

  void warning(String check, String text, String remedy) {
    add(check, Status.WARNING, text, remedy, 0);
  }

  void failed(String check, int exitCode, String text, String remedy) {
    add(check, Status.FAILED, text, remedy, exitCode);
  }

  void skipped(String check, String why) {
    add(check, Status.SKIPPED, why, null, 0);
  }

  /** The library's errors say what to do by themselves. */
  void failed(String check, SessionException error) {
    add(check, Status.FAILED, String.valueOf(error.getMessage()), null, ExitCode.of(error));
  }

  /** The check itself could not be done. */
  void failed(String check, SQLException error) {
    failed(
        check,
        ExitCode.UNAVAILABLE,
        "this could not be looked at (" + DoctorConnection.reason(error) + ")",
        "42501".equals(error.getSQLState())
            ? "run doctor as a role that may, or grant what docs/security.md lists"
            : "mend what failed above, then run doctor again");
  }

  private void add(
      String check, Status status, String text, @Nullable String remedy, int exitCode) {
    DoctorFinding finding =
        new DoctorFinding(
            check,
            status,
            Printable.line(text),
            remedy == null ? null : Printable.line(remedy),
            exitCode);
    all.add(finding);
    listener.accept(finding);
  }

  List<DoctorFinding> all() {
    return all;
  }

  long count(Status status) {
    return all.stream().filter(finding -> finding.status() == status).count();
  }

  Optional<DoctorFinding> firstFailed() {
    return all.stream().filter(finding -> finding.status() == Status.FAILED).findFirst();
  }
}
