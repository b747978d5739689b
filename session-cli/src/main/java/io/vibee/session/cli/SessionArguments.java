package io.vibee.session.cli;

import io.vibee.session.ManagedSessionStore;
import io.vibee.session.SessionSummary;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** One or several sessions, by names that {@link SessionFinder} knows. */
final class SessionArguments {
  static final String NAMES = "the user_id or session_id, @username, or +phone where it is unique";

  @Parameters(arity = "1..*", paramLabel = "ID", description = NAMES)
  private List<String> ids = List.of();

  @ArgGroup private final IdKind kind = new IdKind();

  /** Tells whether more than one is named: the answer is a list then. */
  boolean several() {
    return ids.size() > 1;
  }

  /** Finds all of them, before the first is changed. */
  List<SessionSummary> find(ManagedSessionStore store, PrintStream err) {
    return new SessionFinder(store, err, kind).find(ids);
  }

  /** Exactly one session. */
  static final class One {
    @Parameters(index = "0", paramLabel = "ID", description = NAMES)
    private String id = "";

    @ArgGroup private final IdKind kind = new IdKind();

    /** Returns what was typed; empty if it cannot be the id of a session. */
    Optional<String> asSessionId() {
      return kind.mayBeSession() ? Optional.of(id) : Optional.empty();
    }

    SessionSummary find(ManagedSessionStore store, PrintStream err) {
      return new SessionFinder(store, err, kind).find(List.of(id)).get(0);
    }
  }

  /** Says what an id is where it could be either; at most one of these. */
  static final class IdKind {
    @Option(names = "--user", description = "ID is a user_id")
    private boolean user;

    @Option(names = "--session", description = "ID is a session_id")
    private boolean session;

    boolean mayBeUser() {
      return !session;
    }

    boolean mayBeSession() {
      return !user;
    }
  }
}
