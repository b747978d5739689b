package io.vibee.session.jdbc.doctor;

import io.vibee.session.Finding;
import io.vibee.session.Finding.Cause;
import io.vibee.session.SessionException;
import io.vibee.session.jdbc.sql.SqlErrors;
import java.sql.SQLException;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Passes on what the checks find, as they find it. */
final class Report {
  private final Consumer<? super Finding> listener;
  private @Nullable RuntimeException thrown;

  Report(Consumer<? super Finding> listener) {
    this.listener = listener;
  }

  private void accept(Finding finding) {
    try {
      listener.accept(finding);
    } catch (RuntimeException e) {
      thrown = e;
      throw e;
    }
  }

  /** Whether it was the listener that threw it, and no check. */
  boolean isOfListener(RuntimeException error) {
    return error == thrown;
  }

  void ok(String check, String text) {
    accept(Finding.ok(check, text));
  }

  void warning(String check, String text, String remedy) {
    accept(Finding.warning(check, text, remedy));
  }

  void failed(String check, Cause cause, String text, String remedy) {
    accept(Finding.failed(check, cause, text, remedy));
  }

  void skipped(String check, String why) {
    accept(Finding.skipped(check, why));
  }

  /** Reports an error of the library, which itself says what to do. */
  void failed(String check, SessionException error) {
    accept(Finding.failed(check, error));
  }

  /** Reports that the check itself could not be made. */
  void failed(String check, SQLException error) {
    failed(
        check,
        Cause.UNAVAILABLE,
        "this could not be looked at (" + reason(error) + ")",
        "42501".equals(error.getSQLState())
            ? "run doctor as a role that may, or grant what docs/security.md lists"
            : "mend what failed above, then run doctor again");
  }

  /** Reports a check that met an unforeseen error, whose message could hold anything. */
  void failed(String check, RuntimeException error) {
    if (error instanceof SessionException known) {
      failed(check, known);
      return;
    }
    failed(
        check,
        Cause.UNAVAILABLE,
        "this could not be looked at (" + error.getClass().getName() + ")",
        "run doctor again, and see whether the data source and its pool work");
  }

  /**
   * Returns the first line of what the server or driver says, without passwords or values of rows.
   */
  static String reason(SQLException error) {
    String state = Objects.requireNonNullElse(error.getSQLState(), "");
    String text = Objects.requireNonNullElse(error.getMessage(), error.getClass().getName());
    String line = SqlErrors.masked(state, text.strip());
    return state.isEmpty() ? line : line + " (" + state + ")";
  }
}
