package io.vibee.session.jdbc.doctor;

import io.vibee.session.Finding;
import io.vibee.session.Finding.Cause;
import io.vibee.session.SessionException;
import io.vibee.session.jdbc.sql.SqlErrors;
import java.sql.SQLException;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Hands on what the checks find, as it comes. */
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

  /** The library's errors say what to do by themselves. */
  void failed(String check, SessionException error) {
    accept(Finding.failed(check, error));
  }

  /** The check itself could not be made. */
  void failed(String check, SQLException error) {
    failed(
        check,
        Cause.UNAVAILABLE,
        "this could not be looked at (" + reason(error) + ")",
        "42501".equals(error.getSQLState())
            ? "run doctor as a role that may, or grant what docs/security.md lists"
            : "mend what failed above, then run doctor again");
  }

  /** The check met something that nobody foresaw; its message could hold anything. */
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

  /** The first line of what server or driver say, without passwords or values of rows. */
  static String reason(SQLException error) {
    String state = Objects.requireNonNullElse(error.getSQLState(), "");
    String text = Objects.requireNonNullElse(error.getMessage(), error.getClass().getName());
    String line = SqlErrors.masked(state, text.strip());
    return state.isEmpty() ? line : line + " (" + state + ")";
  }
}
