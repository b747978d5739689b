package io.vibee.session.reference;

import io.vibee.session.Session;
import io.vibee.session.agent.RunningSession;
import io.vibee.session.agent.SessionHandler;
import java.io.PrintStream;
import java.util.function.BooleanSupplier;

/** Prints what a real agent would do; the reference agent connects to nothing. */
final class PrintedSessions implements SessionHandler {
  private final PrintStream out;
  private final boolean stored;
  private final BooleanSupplier ending;
  private volatile boolean loaded;

  /**
   * Creates one that prints.
   *
   * @param stored whether the sessions come from a database
   * @param ending whether the agent ends; whoever reads the lines sees that without a line for each
   */
  PrintedSessions(PrintStream out, boolean stored, BooleanSupplier ending) {
    this.out = out;
    this.stored = stored;
    this.ending = ending;
  }

  /** Flushes each line from now on: while many are loaded, that would take longer than loading. */
  void flushEach() {
    loaded = true;
    out.flush();
  }

  @Override
  public RunningSession start(Session session) {
    print(SessionLines.session(session, stored));
    return new Printed(session.userId(), session.sessionId());
  }

  private void print(String line) {
    out.println(line);
    if (loaded) out.flush();
  }

  private final class Printed implements RunningSession {
    private final String userId;
    private final String sessionId;

    Printed(String userId, String sessionId) {
      this.userId = userId;
      this.sessionId = sessionId;
    }

    @Override
    public boolean update(Session session) {
      print(SessionLines.session(session, stored));
      return true;
    }

    @Override
    public void close() {
      if (!ending.getAsBoolean()) print(SessionLines.stopped(userId, sessionId));
    }
  }
}
