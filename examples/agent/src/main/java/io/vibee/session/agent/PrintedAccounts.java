package io.vibee.session.agent;

import io.vibee.session.Session;
import io.vibee.session.SessionLoader;
import java.io.PrintStream;
import java.util.Collection;

/** Prints what a real agent would do; the reference agent connects to nothing. */
record PrintedAccounts(PrintStream out, boolean stored) implements Accounts {

  static PrintedAccounts of(SessionLoader loader, PrintStream out) {
    return new PrintedAccounts(out, loader.store().isPresent());
  }

  @Override
  public void start(Session session) {
    out.println(SessionLines.session(session, stored));
  }

  @Override
  public void change(Session session) {
    out.println(SessionLines.session(session, stored));
  }

  @Override
  public void stop(HeldSession session) {
    out.println(SessionLines.stopped(session));
  }

  /** Prints nothing, since whoever reads the lines sees the process end. */
  @Override
  public void end(Collection<HeldSession> sessions) {}
}
