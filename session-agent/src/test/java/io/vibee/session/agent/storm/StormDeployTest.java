package io.vibee.session.agent.storm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** How long large fleets take at the suggested times, and how often they move a session. */
@Tag("slow")
@Isolated("it has twenty processes, and measures time")
class StormDeployTest {
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private static final String UNSTEADY =
      "select count(*) from session_leases l join session_agents a on a.id = l.agent_id"
          + " where l.claimed_at > coalesce(a.steady_at, '-infinity')";

  @Test
  void movesEachSessionOnceAndRunsAllAgainWithoutAFourthOfTheAgents() throws Exception {
    StormSetup setup = StormSetup.of(20, 50_000).with(StormTimes.SUGGESTED).withLedger();
    try (StormFleet fleet = new StormFleet(setup)) {
      StormLedger ledger = new StormLedger(fleet.folder());
      start(fleet, ledger);
      deploy(fleet, ledger);

      // Their peers see at once that processes of their machine are gone.
      awaitSteady(fleet);
      long begun = System.nanoTime();
      for (int slot = 0; slot < 5; slot++) {
        fleet.agent(slot).kill();
        ledger.died(fleet.agent(slot), System.nanoTime());
      }
      assertThat(ledger.running()).isLessThan(50_000);
      awaitAll(fleet, ledger);
      System.out.printf("5 of 20 killed, all run again after %d ms%n", millisSince(begun));

      // To the others this is what the loss of their machines is.
      awaitSteady(fleet);
      begun = System.nanoTime();
      for (int slot = 5; slot < 10; slot++) {
        fleet.agent(slot).suspend();
        ledger.died(fleet.agent(slot), System.nanoTime());
      }
      assertThat(ledger.running()).isLessThan(50_000);
      awaitAll(fleet, ledger);
      System.out.printf("5 of 15 cut off, all run again after %d ms%n", millisSince(begun));
      assertThat(ledger.overlaps()).isEmpty();
    }
  }

  @Test
  void deploysWithoutWavesToo() throws Exception {
    StormSetup setup = StormSetup.of(5, 5_000).with(StormTimes.SUGGESTED).withLedger();
    try (StormFleet fleet = new StormFleet(setup)) {
      StormLedger ledger = new StormLedger(fleet.folder());
      start(fleet, ledger);
      System.out.println("with waves");
      deploy(fleet, ledger);
      System.out.println("without waves");
      fleet.become(setup.withoutWaves());
      deploy(fleet, ledger);
    }
  }

  /** Lets all agents claim at once; the first one there would otherwise get what it can. */
  private static void start(StormFleet fleet, StormLedger ledger) throws Exception {
    fleet.database().value("select session_fleet_stop('not all agents are there')");
    fleet.startAgents();
    await().pollInterval(Duration.ofMillis(200)).atMost(PATIENCE).until(fleet::areReady);
    fleet.database().value("select session_fleet_resume()");
    long begun = System.nanoTime();
    awaitBalance(fleet, ledger);
    System.out.printf(
        "%d agents run %d sessions after %d ms%n",
        fleet.setup().agents(), fleet.setup().sessions(), millisSince(begun));
  }

  /** Replaces one agent after the other, each as soon as its successor is ready. */
  private static void deploy(StormFleet fleet, StormLedger ledger) throws IOException {
    Map<String, Integer> before = ledger.starts();
    fleet.nextGeneration();
    int agents = fleet.setup().agents();
    long begun = System.nanoTime();
    for (int slot = 0; slot < agents; slot++) fleet.rollOut(slot);
    long rolled = millisSince(begun);
    awaitBalance(fleet, ledger);
    List<Long> gaps = ledger.gapsSince(begun);
    System.out.printf(
        "%d agents replaced in %d ms, all run after %d ms; a session was away for %d ms in the"
            + " median, %d at most%n",
        agents, rolled, millisSince(begun), gaps.get(gaps.size() / 2), gaps.get(gaps.size() - 1));
    Map<Integer, Integer> moves = new HashMap<>();
    ledger
        .starts()
        .forEach((session, count) -> moves.merge(count - before.get(session), 1, Integer::sum));
    System.out.println("how many sessions moved how often: " + moves);
    // Twice those that even out the loads at the end.
    assertThat(moves.keySet()).isSubsetOf(1, 2);
    assertThat(moves.getOrDefault(2, 0)).isLessThanOrEqualTo(agents);
    assertThat(ledger.overlaps()).isEmpty();
  }

  /** Waits until no end of an agent is blamed on what it runs. */
  private static void awaitSteady(StormFleet fleet) {
    await()
        .pollInterval(Duration.ofMillis(500))
        .atMost(PATIENCE)
        .until(() -> fleet.database().value(UNSTEADY).equals("0"));
  }

  private static void awaitAll(StormFleet fleet, StormLedger ledger) {
    await()
        .pollInterval(Duration.ofMillis(200))
        .atMost(PATIENCE)
        .until(() -> running(ledger) == fleet.setup().sessions());
  }

  private static int running(StormLedger ledger) throws IOException {
    ledger.look();
    return ledger.running();
  }

  /** Waits until all sessions run and no agent has two more of them than another. */
  private static void awaitBalance(StormFleet fleet, StormLedger ledger) {
    await()
        .pollInterval(Duration.ofMillis(200))
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(running(ledger)).isEqualTo(fleet.setup().sessions());
              Collection<Integer> loads = ledger.loads().values();
              assertThat(loads).hasSize(fleet.setup().agents());
              assertThat(Collections.max(loads) - Collections.min(loads)).isLessThanOrEqualTo(1);
            });
  }

  private static long millisSince(long begun) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
  }
}
