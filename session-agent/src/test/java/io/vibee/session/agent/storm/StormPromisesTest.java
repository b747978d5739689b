package io.vibee.session.agent.storm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** The times that docs/fleet.md promises for a client whose linger is five seconds. */
@Tag("slow")
@Isolated("it measures time")
class StormPromisesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @Test
  void runsAllAgainSoonAfterAnAgentFellSilentAndHandsOverAtOnce() throws Exception {
    StormSetup setup = StormSetup.of(3, 60).with(StormTimes.QUICK);
    try (StormFleet fleet = new StormFleet(setup)) {
      fleet.startAgents();
      Storm storm = new Storm(fleet, 0);
      storm.awaitAll(PATIENCE);
      await()
          .pollInterval(Duration.ofMillis(100))
          .atMost(PATIENCE)
          .until(() -> fleet.telegram().loads().values().stream().allMatch(load -> load == 20));

      List<Long> times = new ArrayList<>();
      for (int i = 1; i <= 9; i++) times.add(handOver(fleet, "s" + i, "agent-" + i % 3));
      times.sort(null);
      System.out.println("handovers, in milliseconds: " + times);
      assertThat(times.get(times.size() / 2)).as("median").isLessThan(2_000);

      Set<String> its = sessionsOf(fleet, "agent-0");
      assertThat(its).isNotEmpty();
      long begun = System.nanoTime();
      fleet.agent(0).suspend();
      await().atMost(PATIENCE).until(() -> fleet.missing().containsAll(its));
      storm.awaitAll(PATIENCE);
      Duration took = Duration.ofNanos(System.nanoTime() - begun);
      System.out.printf("all run again %d ms after an agent was stopped%n", took.toMillis());
      assertThat(took).isLessThan(Duration.ofSeconds(35));
      assertThat(fleet.telegram().overlaps()).isEmpty();
    }
  }

  private static Set<String> sessionsOf(StormFleet fleet, String agent) {
    return fleet.telegram().connected().stream()
        .filter(session -> fleet.telegram().holder(session).startsWith(agent + "/"))
        .collect(Collectors.toSet());
  }

  /** Moves a session as an operator does; returns how long it took until it ran there. */
  private static long handOver(StormFleet fleet, String session, String to) throws Exception {
    String from = fleet.telegram().holder(session);
    String other = to.equals("agent-0") ? "agent-1" : "agent-0";
    String target = from.startsWith(to + "/") ? other : to;
    long begun = System.nanoTime();
    assertThat(
            fleet
                .database()
                .value(
                    "select session_fleet_want(agent_id, '%s') from session_fleet_agents()"
                            .formatted(session)
                        + " where state = 'taking' and name = '%s'".formatted(target)))
        .isEqualTo("t");
    await()
        .pollInterval(Duration.ofMillis(5))
        .atMost(PATIENCE)
        .until(() -> fleet.telegram().holder(session).startsWith(target + "/"));
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
  }
}
