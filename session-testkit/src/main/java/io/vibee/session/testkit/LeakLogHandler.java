package io.vibee.session.testkit;

import java.util.List;
import java.util.Objects;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/**
 * Looks for secrets in the records of java.util.logging, and masks them before other handlers of
 * the root logger see them.
 */
final class LeakLogHandler extends Handler {
  private final Formatter formatter = new SimpleFormatter();
  private final List<LeakWatch> watches;

  LeakLogHandler(List<LeakWatch> watches) {
    this.watches = watches;
  }

  /** Puts this handler before the existing ones, unless it is among them. */
  synchronized void install() {
    setLevel(Level.ALL);
    Logger root = Logger.getLogger("");
    if (List.of(root.getHandlers()).contains(this)) return;
    Handler[] others = root.getHandlers();
    root.addHandler(this);
    for (Handler other : others) {
      // Added at the end before it is removed from the front, so that no record is lost in between.
      root.addHandler(other);
      root.removeHandler(other);
    }
  }

  void uninstall() {
    Logger.getLogger("").removeHandler(this);
  }

  @Override
  public void publish(LogRecord record) {
    if (watches.isEmpty()) return;
    String logger = Objects.requireNonNullElse(record.getLoggerName(), "an unnamed logger");
    String where = "a log record of %s at %s".formatted(logger, record.getLevel());
    for (LeakWatch watch : watches) {
      String message = String.valueOf(formatter.formatMessage(record)); // it may be null
      if (watch.check(message + parameters(record), where)) {
        record.setResourceBundle(null);
        record.setMessage(watch.secrets().mask(message));
        record.setParameters(null);
      }
      Throwable thrown = record.getThrown();
      if (thrown != null) mask(record, thrown, watch, where);
    }
  }

  private static void mask(LogRecord record, Throwable thrown, LeakWatch watch, String where) {
    boolean found = false;
    for (Throwable part : ThrowableParts.of(thrown)) {
      String in = part.getClass().getName() + " in " + where;
      found |= watch.check(ThrowableParts.text(part), in);
    }
    if (found) record.setThrown(ThrowableParts.masked(thrown, "masked", watch.secrets()));
  }

  /** Returns all parameters: some formatters show even those that the message does not name. */
  private static String parameters(LogRecord record) {
    if (record.getParameters() == null) return "";
    StringBuilder text = new StringBuilder();
    for (Object parameter : record.getParameters()) text.append('\n').append(shown(parameter));
    return text.toString();
  }

  private static String shown(Object parameter) {
    try {
      return String.valueOf(parameter);
    } catch (RuntimeException e) {
      return ""; // as a formatter would, which must not end what the test does
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
