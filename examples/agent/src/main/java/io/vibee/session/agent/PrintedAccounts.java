package io.vibee.session.agent;

import io.vibee.session.LoadMode;
import io.vibee.session.Session;
import java.io.PrintStream;
import java.util.Collection;

/** Prints what a real agent would do; the reference agent connects to nothing. */
record PrintedAccounts(PrintStream out, LoadMode mode) implements Accounts {

  @Override
  public void start(Session session) {
    out.println(SessionLines.session(session, mode));
  }

  @Override
  public void change(Session session) {
    out.println(SessionLines.session(session, mode));
  }

  @Override
  public void stop(HeldSession session) {
    out.println(SessionLines.stopped(session));
  }

  /** Prints nothing, since whoever reads the lines sees the process end. */
  @Override
  public void end(Collection<HeldSession> sessions) {}
}
