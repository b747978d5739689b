package io.vibee.session.cli;

import io.vibee.session.ManagedSessionStore;
import io.vibee.session.SessionSummary;
import java.io.PrintStream;
import java.util.List;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Parameters;

/** One or several sessions, by names that {@link SessionFinder} knows. */
final class SessionArguments {
  @Parameters(arity = "1..*", paramLabel = "ID", description = SessionArgument.NAMES)
  private List<String> ids = List.of();

  @ArgGroup private final IdKind kind = new IdKind();

  /** Whether more than one is named: the answer is a list then. */
  boolean several() {
    return ids.size() > 1;
  }

  /** All of them, before the first is changed. */
  List<SessionSummary> find(ManagedSessionStore store, PrintStream err) {
    return new SessionFinder(store, err, kind).find(ids);
  }
}
