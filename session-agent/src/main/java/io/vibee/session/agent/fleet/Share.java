package io.vibee.session.agent.fleet;

import io.vibee.session.AgentMark;
import io.vibee.session.AgentRegistration;
import io.vibee.session.FleetAgent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * How many of the sessions each agent should have. What is free is for the newest generation alone,
 * as long as it has room, and evenly; the older ones keep what they hold until they are told to let
 * go of it, and the newest agents hand nothing to each other meanwhile. So a deploy moves each
 * session once, however many agents it replaces at a time. What the newest have no room for is for
 * the generation before.
 */
final class Share {
  private record Level(int floor, int ceiling) {}

  /** What the agents of a generation should have that are given sessions. */
  private final Map<Long, Level> levels = new HashMap<>();

  /** The generations whose agents hand nothing to each other, since older ones hold sessions. */
  private final Set<Long> waiting = new HashSet<>();

  /**
   * Divides the sessions.
   *
   * @param agents those that are alive, this one too
   */
  Share(int runnable, List<FleetAgent> agents) {
    TreeMap<Long, List<FleetAgent>> generations = new TreeMap<>(Collections.reverseOrder());
    int left = runnable;
    int heldByOlder = 0;
    for (FleetAgent agent : agents) {
      AgentRegistration its = agent.registration();
      boolean takesNoShare = agent.mark() == AgentMark.CORDONED || its.capacity() == 0;
      if (takesNoShare) left -= agent.held();
      if (takesNoShare || agent.mark() != AgentMark.TAKING) continue;
      generations.computeIfAbsent(its.generation(), g -> new ArrayList<>()).add(agent);
      heldByOlder += agent.held();
    }
    boolean hasRoom = false;
    for (var generation : generations.entrySet()) {
      if (hasRoom) return; // what is free is for the newer ones
      List<Integer> capacities = new ArrayList<>();
      for (FleetAgent agent : generation.getValue()) {
        capacities.add(agent.registration().capacity());
        heldByOlder -= agent.held();
        hasRoom |= agent.held() < agent.registration().capacity();
      }
      levels.put(generation.getKey(), level(Math.max(0, left - heldByOlder), capacities));
      if (heldByOlder > 0) waiting.add(generation.getKey());
      for (int capacity : capacities) left -= capacity;
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

  /** How many sessions an agent may take, which holds that many. */
  int room(FleetAgent agent, int held) {
    return Math.max(0, of(agent, level(agent).ceiling()) - held);
  }

  /** How many sessions an agent has too few to be like the others. */
  int missing(FleetAgent agent) {
    return Math.max(0, of(agent, level(agent).floor()) - agent.held());
  }

  /** How many sessions an agent has more than it should, which keeps that many. */
  int surplus(FleetAgent agent, int kept) {
    long generation = agent.registration().generation();
    if (!levels.containsKey(generation) || waiting.contains(generation)) return 0;
    return Math.max(0, kept - of(agent, level(agent).ceiling()));
  }

  private Level level(FleetAgent agent) {
    return levels.getOrDefault(agent.registration().generation(), new Level(0, 0));
  }

  private static int of(FleetAgent agent, int level) {
    return agent.mark() == AgentMark.TAKING ? Math.min(agent.registration().capacity(), level) : 0;
  }
}
