package io.vibee.session.agent.storm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** What happens to the sessions of real processes in the situations that operators know. */
@Tag("slow")
@ResourceLock(StormFleet.CORES)
class StormScenariosTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final String STEADY =
      "select count(*) from session_agents where state <> 'ended' and steady_at is not null";

  private static final String SEEN =
      "select count(*) from user_sessions where last_seen_at is not null";

  @Test
  void runsAllAgainFiveSecondsAfterTheOnlyAgentWasKilledAndStarted() throws Exception {
    StormSetup setup = StormSetup.of(1, 100).with(StormTimes.SUGGESTED);
    try (StormFleet fleet = started(setup)) {
      Storm storm = new Storm(fleet, 0);
      // Otherwise its successor would have to be as careful as a new deployment.
      await()
          .pollInterval(Duration.ofMillis(100))
          .atMost(PATIENCE)
          .until(() -> fleet.database().value(STEADY).equals("1"));
      fleet.agent(0).kill();
      await().atMost(PATIENCE).until(() -> fleet.telegram().connected().isEmpty());
      fleet.restart(0);
      await()
          .pollInterval(Duration.ofMillis(20))
          .atMost(PATIENCE)
          .until(() -> fleet.agent(0).hasSaid(StormAgent.UP));
      Duration took = storm.awaitAll(PATIENCE);
      System.out.println("all of 100 sessions run again after " + took.toMillis() + " ms");
      assertThat(took).isLessThan(Duration.ofSeconds(5));
      assertThat(fleet.telegram().overlaps()).isEmpty();
    }
  }

  @Test
  void movesSessionsToTheNewerGenerationInARollingDeploy() throws Exception {
    int agents = 3;
    StormSetup setup = StormSetup.of(agents, 300);
    try (StormFleet fleet = started(setup)) {
      awaitBalance(fleet);
      Map<String, Integer> before = fleet.telegram().connections();
      fleet.nextGeneration();
      long begun = System.nanoTime();
      for (int slot = 0; slot < agents; slot++) fleet.deploy(slot);
      Duration took = Duration.ofNanos(System.nanoTime() - begun);
      Duration again = new Storm(fleet, 0).awaitAll(PATIENCE);
      System.out.printf(
          "%d agents deployed in %d ms, all sessions run %d ms later%n",
          agents, took.toMillis(), again.toMillis());
      awaitBalance(fleet);
      Map<Integer, Integer> moves = new HashMap<>();
      fleet
          .telegram()
          .connections()
          .forEach((session, count) -> moves.merge(count - before.get(session), 1, Integer::sum));
      System.out.println("how many sessions moved how often: " + moves);
      // Twice those that even out the loads at the end.
      assertThat(moves.keySet()).isSubsetOf(1, 2);
      assertThat(moves.getOrDefault(2, 0)).isLessThanOrEqualTo(agents);
      assertThat(fleet.telegram().overlaps()).isEmpty();
    }
  }

  @Test
  void quarantinesTheSessionThatKillsItsProcess() throws Exception {
    String deadly = "s7";
    StormSetup setup = StormSetup.of(3, 60);
    try (StormFleet fleet = started(setup)) {
      awaitBalance(fleet);
      Storm supervisor = new Storm(fleet, 0);
      Map<String, Integer> before = fleet.telegram().connections();
      fleet.telegram().makeDeadly(deadly);
      fleet.telegram().drop(deadly);
      long end = System.nanoTime() + PATIENCE.toNanos();
      while (quarantined(fleet).isEmpty() && System.nanoTime() < end) {
        supervisor.calm(Duration.ofMillis(200));
      }
      assertThat(quarantined(fleet)).containsExactly(deadly);
      await()
          .pollInterval(Duration.ofMillis(100))
          .atMost(PATIENCE)
          .until(() -> fleet.missing().equals(Set.of(deadly)));
      int deaths = fleet.telegram().deaths();
      // The one that had run it for long does not count.
      assertThat(deaths).as("deaths").isLessThanOrEqualTo(1 + 3);
      Map<String, Integer> after = new HashMap<>(fleet.telegram().connections());
      after.remove(deadly);
      after.replaceAll((session, count) -> count - before.get(session));
      assertThat(Collections.max(after.values()))
          .as("starts of others")
          .isLessThanOrEqualTo(deaths);
      assertThat(fleet.telegram().overlaps()).isEmpty();
    }
  }

  @Test
  void losesAFirstWaveToADeployThatKillsSessions() throws Exception {
    int agents = 10;
    StormSetup setup = StormSetup.of(agents, 10_000).with(StormTimes.SUGGESTED);
    try (StormFleet fleet = new StormFleet(setup)) {
      fleet.telegram().revokeAll();
      fleet.startAgents();
      await()
          .pollInterval(Duration.ofMillis(100))
          .atMost(PATIENCE)
          .until(() -> fleet.areReady() && !fleet.telegram().revoked().isEmpty());
      // Time for many waves, if nothing held them up.
      new Storm(fleet, 0).calm(Duration.ofSeconds(20));
      System.out.println(
          fleet.telegram().revoked().size() + " of 10,000 sessions were lost by 10 agents");
      assertThat(fleet.telegram().revoked()).hasSizeLessThanOrEqualTo(agents);
      assertThat(fleet.database().value("select stopped_why from session_fleet"))
          .isNotEqualTo("null");
    }
  }

  @Test
  void takesOverFromAgentsThatTakeNoPartAsTheyAreReplacedOneByOne() throws Exception {
    int users = 6;
    try (StormFleet fleet = new StormFleet(StormSetup.of(2, users + 2))) {
      // As five minutes are to a sign of life every thirty seconds.
      fleet.database().value("update session_fleet set others_silence = '10 seconds' returning 1");
      List<StormProcess> apart = new ArrayList<>();
      for (int user = 1; user <= users; user++) apart.add(fleet.startApart("" + user));
      await()
          .pollInterval(Duration.ofMillis(100))
          .atMost(PATIENCE)
          .until(() -> fleet.database().value(SEEN).equals("" + users));
      fleet.startAgents();
      Storm storm = new Storm(fleet, 0);
      storm.awaitAll(PATIENCE);
      // Longer than it takes to think that they are gone.
      storm.calm(Duration.ofSeconds(12));
      storm.awaitAll(PATIENCE);
      assertThat(runApart(fleet)).isEqualTo(users);

      // One that crashes comes up again, and goes on.
      apart.get(0).kill();
      apart.set(0, fleet.startApart("1"));
      storm.awaitAll(PATIENCE);
      assertThat(runApart(fleet)).isEqualTo(users);

      for (int user = 1; user <= users; user++) {
        StormProcess process = apart.get(user - 1);
        if (user % 2 == 0) process.kill();
        else process.terminate();
        await().atMost(PATIENCE).until(() -> !process.isAlive());
        Duration took = storm.awaitAll(PATIENCE);
        System.out.println("one was replaced, its session runs after " + took.toMillis() + " ms");
        assertThat(runApart(fleet)).isEqualTo(users - user);
      }
      assertThat(fleet.telegram().overlaps()).isEmpty();
    }
  }

  private static int runApart(StormFleet fleet) {
    return fleet.telegram().loads().entrySet().stream()
        .filter(load -> load.getKey().startsWith("apart"))
        .mapToInt(Map.Entry::getValue)
        .sum();
  }

  private static StormFleet started(StormSetup setup) throws Exception {
    StormFleet fleet = new StormFleet(setup);
    try {
      fleet.startAgents();
      await()
          .pollInterval(Duration.ofMillis(50))
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(fleet.missing()).isEmpty());
      return fleet;
    } catch (Throwable e) {
      fleet.close();
      throw e;
    }
  }

  /** Waits until all sessions run and no agent has two more of them than another, for a while. */
  private static void awaitBalance(StormFleet fleet) {
    await()
        .pollInterval(Duration.ofMillis(100))
        .during(fleet.setup().times().beat().multipliedBy(4))
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(fleet.missing()).isEmpty();
              Collection<Integer> loads = fleet.telegram().loads().values();
              assertThat(loads).hasSize(fleet.setup().agents());
              assertThat(Collections.max(loads) - Collections.min(loads)).isLessThanOrEqualTo(1);
            });
  }

  private static List<String> quarantined(StormFleet fleet) throws Exception {
    return fleet
        .database()
        .rows("select session_id from session_leases where quarantined_at is not null");
  }
}
