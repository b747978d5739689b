package io.vibee.session.cli;

import picocli.CommandLine.Option;

/** What an id is, where it could be both; one of them at most. */
final class IdKind {
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
