package io.vibee.session.agent.fleet;

import io.vibee.session.AgentMark;
import io.vibee.session.AgentRegistration;
import io.vibee.session.FleetAgent;
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

  private final TreeMap<Long, Level> levels = new TreeMap<>(Collections.reverseOrder());

  /**
   * Divides the sessions.
   *
   * @param agents those that are alive, this one too
   */
  Share(int runnable, List<FleetAgent> agents) {
    TreeMap<Long, List<Integer>> capacities = new TreeMap<>(Collections.reverseOrder());
    int left = runnable;
    for (FleetAgent agent : agents) {
      AgentRegistration its = agent.registration();
      boolean takesNoShare = agent.mark() == AgentMark.CORDONED || its.capacity() == 0;
      if (takesNoShare) left -= agent.held();
      if (takesNoShare || agent.mark() != AgentMark.TAKING) continue;
      capacities.computeIfAbsent(its.generation(), g -> new ArrayList<>()).add(its.capacity());
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
  int ceiling(FleetAgent agent) {
    return of(agent, level(agent).ceiling());
  }

  /** The least that an agent should have. */
  int floor(FleetAgent agent) {
    return of(agent, level(agent).floor());
  }

  private Level level(FleetAgent agent) {
    return levels.getOrDefault(agent.registration().generation(), new Level(0, 0));
  }

  private static int of(FleetAgent agent, int level) {
    return agent.mark() == AgentMark.TAKING ? Math.min(agent.registration().capacity(), level) : 0;
  }
}
