package io.vibee.session.cli;

import io.vibee.session.ManagedSessionStore;
import io.vibee.session.SessionSummary;
import java.io.PrintStream;
import java.util.List;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Parameters;

/** One session, by a name that {@link SessionFinder} knows. */
final class SessionArgument {
  static final String NAMES = "the user_id or session_id, @username, or +phone where it is unique";

  @Parameters(paramLabel = "ID", description = NAMES)
  private String id = "";

  @ArgGroup private final IdKind kind = new IdKind();

  SessionSummary find(ManagedSessionStore store, PrintStream err) {
    return new SessionFinder(store, err, kind).find(List.of(id)).get(0);
  }
}
