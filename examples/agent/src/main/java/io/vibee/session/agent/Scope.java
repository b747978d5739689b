package io.vibee.session.agent;

import io.vibee.session.SessionSource;

/** Decides which accounts this agent may start; no other is ever started. */
record Scope(SessionSource source, HeldSessions held) {

  boolean includes(String userId) {
    return held.holdsUser(userId) || source.mayStart(userId, held.userIds());
  }

  /** Says why another account is not started. */
  String limit() {
    return "it is not what this agent was asked to run (mode=" + source.description() + ")";
  }
}
