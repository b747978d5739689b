package io.vibee.session.jdbc.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/**
 * What a logger and those below it get to see, at whatever level, from the thread that captures and
 * the threads that it starts, unless these are told to inherit nothing: other tests log too.
 */
public final class CapturedLog extends Handler implements AutoCloseable {
  private final InheritableThreadLocal<Boolean> own = new InheritableThreadLocal<>();
  private final List<LogRecord> records = new ArrayList<>();
  private final Logger logger;

  /** Captures the logger with this name; the empty name is the root's. */
  public CapturedLog(String name) {
    logger = Logger.getLogger(name);
    own.set(true);
    setLevel(Level.ALL);
    logger.addHandler(this);
  }

  @Override
  public synchronized void publish(LogRecord line) {
    if (own.get() != null) records.add(line);
  }

  /** Returns level and message of each entry. */
  public synchronized List<String> lines() {
    SimpleFormatter formatter = new SimpleFormatter();
    return records.stream()
        .map(line -> line.getLevel().getName() + " " + formatter.formatMessage(line))
        .toList();
  }

  /** With stack traces, since the messages of causes are part of what a log shows. */
  public synchronized String text() {
    SimpleFormatter formatter = new SimpleFormatter();
    StringBuilder text = new StringBuilder();
    records.forEach(line -> text.append(formatter.format(line)).append('\n'));
    return text.toString();
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    logger.removeHandler(this);
    own.remove();
  }
}
