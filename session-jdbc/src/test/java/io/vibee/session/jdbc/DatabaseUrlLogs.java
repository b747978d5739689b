package io.vibee.session.jdbc;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.jspecify.annotations.Nullable;

/** Everything that anyone logs, at whatever level, while attached. */
final class DatabaseUrlLogs extends Handler {
  private final Logger root = Logger.getLogger("");
  private final Logger driver = Logger.getLogger("org.postgresql");
  private final List<String> lines = new ArrayList<>();
  private @Nullable Level rootLevel;
  private @Nullable Level driverLevel;

  void attach() {
    rootLevel = root.getLevel();
    driverLevel = driver.getLevel();
    setLevel(Level.ALL);
    root.setLevel(Level.ALL);
    driver.setLevel(Level.ALL);
    root.addHandler(this);
  }

  void detach() {
    root.removeHandler(this);
    root.setLevel(rootLevel);
    driver.setLevel(driverLevel);
  }

  synchronized String text() {
    return String.join("\n", lines);
  }

  /** With its stack trace, since the messages of causes are part of what a log shows. */
  @Override
  public synchronized void publish(LogRecord line) {
    lines.add(new SimpleFormatter().format(line));
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
