package io.vibee.session.agent;

import io.vibee.session.AmbiguousSessionException;
import io.vibee.session.LoadMode;
import io.vibee.session.SessionLoader;
import io.vibee.session.SessionNotFoundException;
import io.vibee.session.UnreadableSessionException;
import java.util.Map;

/**
 * Decides which accounts belong to the agent's mode; no other is ever started. In auto mode that is
 * the account that it runs or, while it runs none, the only active one.
 */
record Scope(SessionLoader loader, String askedFor, HeldSessions held) {

  static Scope of(Map<String, String> environment, SessionLoader loader, HeldSessions held) {
    return new Scope(loader, environment.getOrDefault("USER_ID", ""), held);
  }

  boolean includes(String userId) {
    return switch (loader.mode()) {
      case MULTI_TENANT -> true;
      case SINGLE_DB -> userId.equals(askedFor);
      case SINGLE_ENV -> false;
      case AUTO -> held.isEmpty() ? isOnlyActive(userId) : held.holdsUser(userId);
    };
  }

  private boolean isOnlyActive(String userId) {
    try {
      return loader.load().sessions().stream().allMatch(one -> one.userId().equals(userId));
    } catch (AmbiguousSessionException
        | SessionNotFoundException
        | UnreadableSessionException notThisOne) {
      return false;
    }
  }

  /** Says why another account is not started. */
  String limit() {
    String mode = loader.mode().label();
    return loader.mode() == LoadMode.AUTO
        ? "this agent runs the only active session (mode=" + mode + "), and there are others"
        : "this agent runs the session of USER_ID (mode=" + mode + ")";
  }
}
