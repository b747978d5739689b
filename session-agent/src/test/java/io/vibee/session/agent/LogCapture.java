package io.vibee.session.agent;

import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** Collects what a class logs, from notes up, until it is closed. */
final class LogCapture extends Handler implements AutoCloseable {
  private final Logger logger;
  private final List<String> lines;
  private final SimpleFormatter formatter = new SimpleFormatter();

  private LogCapture(Logger logger, List<String> lines) {
    this.logger = logger;
    this.lines = lines;
  }

  static LogCapture of(Class<?> type, List<String> lines) {
    LogCapture capture = new LogCapture(Logger.getLogger(type.getName()), lines);
    capture.logger.addHandler(capture);
    return capture;
  }

  @Override
  public void publish(LogRecord entry) {
    if (entry.getLevel().intValue() >= Level.INFO.intValue()) {
      lines.add(formatter.formatMessage(entry));
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    logger.removeHandler(this);
  }
}
