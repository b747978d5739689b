package io.vibee.session.agent.fleet;

import io.vibee.session.FleetAgent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The other agents, and since when each has been silent as this agent has observed it by its own
 * monotonic clock: nobody's wall clock counts, and no time that the database tells.
 */
final class Peers {
  private record Seen(FleetAgent peer, long since, boolean gone) {
    long due() {
      return gone ? Long.MIN_VALUE : since + peer.registration().silence().toNanos();
    }
  }

  private Map<Long, Seen> seen = new HashMap<>();

  /** What this process was before: its sessions had all ended when it was registered again. */
  private final Set<Long> own = new HashSet<>();

  /** Forgets since when they are silent, which says nothing on another timeline. */
  void reset() {
    seen.clear();
  }

  void ownBefore(long agent) {
    own.add(agent);
  }

  /**
   * Looks at the peers of a confirmed beat.
   *
   * @param gone those on this machine whose process is gone
   */
  void see(List<FleetAgent> peers, Set<Long> gone, long now) {
    Map<Long, Seen> next = new HashMap<>();
    for (FleetAgent peer : peers) {
      Seen before = seen.get(peer.agentId());
      long since = before != null && before.peer.beat() == peer.beat() ? before.since : now;
      boolean ended = gone.contains(peer.agentId()) || own.contains(peer.agentId());
      next.put(peer.agentId(), new Seen(peer, since, ended));
    }
    seen = next;
  }

  /** Returns a peer to be ended now; null if there is none. */
  @Nullable FleetAgent due(long now) {
    for (Seen each : seen.values()) {
      if (each.due() <= now) return each.peer;
    }
    return null;
  }

  /** When the next peer is to be ended, if it stays silent. */
  long nextDue() {
    long next = Long.MAX_VALUE;
    for (Seen each : seen.values()) next = Math.min(next, each.due());
    return next;
  }

  /** A peer was ended, or has given another sign of life; returns how many sessions it held. */
  int answered(long peer) {
    Seen answered = seen.remove(peer);
    return answered == null ? 0 : answered.peer.held();
  }

  /** Returns those that have given a sign of life of late, to share sessions with. */
  List<FleetAgent> heardSince(long time) {
    List<FleetAgent> heard = new ArrayList<>();
    for (Seen each : seen.values()) {
      if (!each.gone && each.since >= time) heard.add(each.peer);
    }
    return heard;
  }

  /** How many sessions wait for those that have not been heard since. */
  int heldBySilent(long time) {
    int held = 0;
    for (Seen each : seen.values()) {
      if (each.gone || each.since < time) held += each.peer.held();
    }
    return held;
  }

  /** The longest time for which one of them may be silent, in nanoseconds. */
  long longestSilence(long own) {
    long longest = own;
    for (Seen each : seen.values())
      longest = Math.max(longest, each.peer.registration().silence().toNanos());
    return longest;
  }
}
