package io.vibee.session.agent.fleet;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;

/**
 * How many of the sessions each agent should have: the newest generation all of them, evenly, as
 * far as its capacity goes; what is left is for the one before. So a deploy moves each session
 * once, and one that is too small takes what it can.
 */
final class Share {
  private record Level(int floor, int ceiling) {}

  private final TreeMap<Integer, Level> levels = new TreeMap<>(Collections.reverseOrder());

  /**
   * Divides the sessions.
   *
   * @param agents those that are alive, this one too
   */
  Share(int runnable, List<Peer> agents) {
    TreeMap<Integer, List<Integer>> capacities = new TreeMap<>(Collections.reverseOrder());
    int left = runnable;
    for (Peer agent : agents) {
      if (agent.state() == Peer.State.CORDONED) left -= agent.held();
      if (agent.state() != Peer.State.TAKING) continue;
      capacities.computeIfAbsent(agent.generation(), g -> new ArrayList<>()).add(agent.capacity());
    }
    for (var generation : capacities.entrySet()) {
      levels.put(generation.getKey(), level(Math.max(0, left), generation.getValue()));
      for (int capacity : generation.getValue()) left -= capacity;
    }
  }

  /** Fills agents of different capacity up to one level. */
  private static Level level(int sessions, List<Integer> capacities) {
    List<Integer> ascending = new ArrayList<>(capacities);
    Collections.sort(ascending);
    int left = sessions;
    int agents = ascending.size();
    for (int capacity : ascending) {
      if ((long) capacity * agents >= left)
        return new Level(left / agents, -Math.floorDiv(-left, agents));
      left -= capacity;
      agents--;
    }
    return new Level(Integer.MAX_VALUE, Integer.MAX_VALUE);
  }

  /** The most that an agent should have. */
  int ceiling(Peer agent) {
    return of(agent, level(agent).ceiling());
  }

  /** The least that an agent should have. */
  int floor(Peer agent) {
    return of(agent, level(agent).floor());
  }

  private Level level(Peer agent) {
    return levels.getOrDefault(agent.generation(), new Level(0, 0));
  }

  private static int of(Peer agent, int level) {
    return agent.state() == Peer.State.TAKING ? Math.min(agent.capacity(), level) : 0;
  }
}
