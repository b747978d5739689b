package io.vibee.session.agent.fleet;

import io.vibee.session.Lease;
import java.util.List;

/** What became of an operation that {@link LeaseProtocol} has asked for. */
public sealed interface Reply {
  /** What was claimed, is held, or was released. */
  record Leases(List<Lease> leases) implements Reply {
    public Leases {
      leases = List.copyOf(leases);
    }
  }

  /**
   * It was carried out.
   *
   * @param changed whether the peer was ended, the session quarantined, or the agent is gone: it
   *     has not left if it still owns something
   */
  record Done(boolean changed) implements Reply {}

  /** It was refused: the agent was declared dead. */
  record Ended() implements Reply {}

  /** It was refused: the database is on another timeline. */
  record Elsewhere() implements Reply {}

  /** It may have been carried out, or may be later. */
  record Unknown() implements Reply {}
}
