package io.vibee.session.cli;

import io.vibee.session.ManagedSessionStore;
import io.vibee.session.SessionSummary;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** One session, named by its user's id or its own. */
final class SessionArgument {
  @Parameters(paramLabel = "ID", description = "the user_id or the session_id")
  private String id = "";

  @ArgGroup private final Kind kind = new Kind();

  /** One of them at most. */
  static final class Kind {
    @Option(names = "--user", description = "ID is a user_id")
    private boolean user;

    @Option(names = "--session", description = "ID is a session_id")
    private boolean session;
  }

  SessionSummary find(ManagedSessionStore store) {
    Optional<SessionSummary> ofUser = kind.session ? Optional.empty() : store.summaryOfUser(id);
    Optional<SessionSummary> itself = kind.user ? Optional.empty() : store.summaryOfSession(id);
    if (ofUser.isPresent() && itself.isPresent() && ofUser.get().id() != itself.get().id()) {
      throw new UsageException(
          "one session has this session_id, and another one this user_id: add --session or --user");
    }
    return ofUser.or(() -> itself).orElseThrow(SessionArgument::notFound);
  }

  /** The id is not repeated: it may be a secret in the wrong place. */
  private static FailedException notFound() {
    return new FailedException(
        ExitCode.NO_SESSION,
        "no session has this id: list shows all; check that DATABASE_URL names the right database");
  }
}
