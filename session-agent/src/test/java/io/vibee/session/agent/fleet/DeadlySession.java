package io.vibee.session.agent.fleet;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A fleet in which nothing fails, but one session, which has run for long, kills each process that
 * has it connected: when three have died of starting it, it is quarantined, it alone, and all
 * others have been started at most once more for each death.
 */
final class DeadlySession {
  private static final long SECONDS = 1_000_000_000L;

  /** Its first holder had been steady for long, so that its death says nothing. */
  private static final int DEATHS = 4;

  private final Simulation sim;

  DeadlySession(Simulation sim) {
    this.sim = sim;
  }

  void run() {
    sim.beginAll();
    sim.runFor(120 * SECONDS);
    String deadly = Simulation.SESSIONS.get(sim.random.nextInt(Simulation.SESSIONS.size()));
    Map<String, Integer> before = new HashMap<>();
    for (String each : Simulation.SESSIONS) before.put(each, sim.telegram.connections(each));
    sim.telegram.makeDeadly(deadly);
    sim.runFor((DEATHS + 1) * (sim.longestSilence() + 20 * SECONDS));
    requireQuarantined(deadly);
    for (String each : Simulation.SESSIONS) {
      int starts = sim.telegram.connections(each) - before.getOrDefault(each, 0);
      if (starts > DEATHS) {
        throw new Violation(
            "%s was started %d times for %d deaths".formatted(each, starts, DEATHS));
      }
      if (!sim.db.isQuarantined(each)) sim.requireRunning(each);
    }
    clear();
  }

  private void requireQuarantined(String deadly) {
    if (sim.telegram.killed() == DEATHS && sim.db.isQuarantined(deadly)) return;
    throw new Violation(
        "%s %s %d processes; %s"
            .formatted(deadly, Flaw.KILLS, sim.telegram.killed(), sim.db.describe(deadly)));
  }

  private void clear() {
    List<String> quarantined = sim.db.quarantined();
    if (quarantined.size() > 1) {
      throw new Violation("quarantined, though one kills: " + quarantined);
    }
    for (String each : quarantined) sim.operator.clear(each);
    sim.runFor(sim.longestSilence() + 5 * SECONDS);
    for (String each : Simulation.SESSIONS) sim.requireRunning(each);
  }
}
