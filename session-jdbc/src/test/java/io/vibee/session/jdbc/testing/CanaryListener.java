package io.vibee.session.jdbc.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Watches a whole test run: every logger at its finest, standard output and error. Ends the process
 * with an error if a canary shows up, since by then no test is left to fail.
 */
public final class CanaryListener implements LauncherSessionListener {
  private static final List<String> LOUD =
      List.of("", "org.postgresql", "com.zaxxer", "io.vibee", "org.flywaydb");

  private static final String PROBE = "is heard";

  private final StringBuilder leaks = new StringBuilder();
  private final List<Logger> loggers = LOUD.stream().map(Logger::getLogger).toList();
  private final Set<String> heard = ConcurrentHashMap.newKeySet();

  @Override
  public void launcherSessionOpened(LauncherSession session) {
    loggers.forEach(logger -> logger.setLevel(Level.ALL));
    for (Handler handler : Logger.getLogger("").getHandlers()) handler.setLevel(Level.WARNING);
    Logger.getLogger("").addHandler(new Watcher());
    loggers.forEach(logger -> logger.finest(PROBE));
    System.setOut(watched(System.out, "standard output"));
    System.setErr(watched(System.err, "standard error"));
  }

  @Override
  public void launcherSessionClosed(LauncherSession session) {
    if (!heard.containsAll(LOUD)) leaks.append("the watcher does not hear every logger\n");
    if (leaks.isEmpty()) return;
    // The test runner's own streams are closed or captured by now.
    try (var console = new PrintStream(new FileOutputStream(FileDescriptor.err), true, UTF_8)) {
      console.println("A SECRET LEAKED:\n" + leaks);
    }
    System.exit(70);
  }

  private void check(Supplier<String> where, String text) {
    List<String> found = Canary.in(text);
    if (found.isEmpty()) return;
    synchronized (leaks) {
      leaks
          .append(where.get())
          .append(" shows canary ")
          .append(Canary.ALL.indexOf(found.get(0)))
          .append('\n');
    }
  }

  private PrintStream watched(PrintStream target, String where) {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    OutputStream tee =
        new OutputStream() {
          @Override
          public synchronized void write(int b) {
            target.write(b);
            if (b == '\n') {
              check(() -> where, line.toString(UTF_8));
              line.reset();
            } else {
              line.write(b);
            }
          }
        };
    return new PrintStream(tee, true, UTF_8);
  }

  private final class Watcher extends Handler {
    private final SimpleFormatter formatter = new SimpleFormatter();

    Watcher() {
      setLevel(Level.ALL);
    }

    @Override
    public void publish(LogRecord record) {
      if (PROBE.equals(record.getMessage())) heard.add(record.getLoggerName());
      StringWriter text = new StringWriter();
      text.append(formatter.formatMessage(record));
      if (record.getThrown() != null) record.getThrown().printStackTrace(new PrintWriter(text));
      // Where it was logged takes a walk through the stack, which is most of what logging costs.
      check(
          () -> "log " + record.getLoggerName() + " at " + record.getSourceMethodName(),
          text.toString());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
