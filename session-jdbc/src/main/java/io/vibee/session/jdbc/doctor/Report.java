package io.vibee.session.jdbc.doctor;

import io.vibee.session.Finding;
import io.vibee.session.Finding.Cause;
import io.vibee.session.SessionException;
import java.sql.SQLException;
import java.util.Objects;
import java.util.function.Consumer;

/** Hands on what the checks find, as it comes. */
final class Report {
  private final Consumer<? super Finding> listener;

  Report(Consumer<? super Finding> listener) {
    this.listener = listener;
  }

  void ok(String check, String text) {
    listener.accept(Finding.ok(check, text));
  }

  void warning(String check, String text, String remedy) {
    listener.accept(Finding.warning(check, text, remedy));
  }

  void failed(String check, Cause cause, String text, String remedy) {
    listener.accept(Finding.failed(check, cause, text, remedy));
  }

  void skipped(String check, String why) {
    listener.accept(Finding.skipped(check, why));
  }

  /** The library's errors say what to do by themselves. */
  void failed(String check, SessionException error) {
    listener.accept(Finding.failed(check, error));
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

  /** The first line of what server or driver say; neither repeats a password or a row. */
  static String reason(SQLException error) {
    String state = Objects.requireNonNullElse(error.getSQLState(), "");
    String text = Objects.requireNonNullElse(error.getMessage(), error.getClass().getName());
    String line = text.strip().split("\\R", 2)[0];
    return state.isEmpty() ? line : line + " (" + state + ")";
  }
}
