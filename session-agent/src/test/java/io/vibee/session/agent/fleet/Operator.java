package io.vibee.session.agent.fleet;

import io.vibee.session.AgentMark;
import java.util.List;
import java.util.Random;

/** Looks after a simulated fleet: marks agents, stops all now and then, clears what is ill. */
final class Operator {
  private static final long SECONDS = 1_000_000_000L;

  private final Simulation sim;
  private final Random random;
  private long resumesAt;

  Operator(Simulation sim) {
    this.sim = sim;
    this.random = sim.random;
  }

  /** Looks at the fleet from now on: the calmer it is, the more often. */
  void watch() {
    if (sim.network.isUp()) look();
    sim.at(sim.now() + (sim.isStormy() ? 10 : 1) * SECONDS, this::watch);
  }

  private void look() {
    if (sim.db.isStopped() && sim.now() >= resumesAt) resume();
    for (String session : sim.db.quarantined()) {
      if (!sim.isStormy() || random.nextInt(4) == 0) clear(session);
    }
  }

  /** Sees to it that a session can run again, and lets it. */
  void clear(String session) {
    sim.trace("an operator clears " + session);
    sim.telegram.heal(session);
    sim.db.clear(session);
    sim.isWellFromNow();
  }

  void mark() {
    sim.db.mark(List.of(AgentMark.values()).get(random.nextInt(3)));
  }

  /** Stops the fleet for a while. */
  void stopFleet() {
    if (!sim.network.isUp() || sim.db.isStopped()) return;
    sim.trace("an operator stops the fleet");
    sim.db.stop();
    resumesAt = sim.now() + (3 + random.nextInt(90)) * SECONDS;
  }

  private void resume() {
    sim.trace("an operator resumes the fleet");
    sim.db.resume();
    sim.isWellFromNow();
  }

  /** Wants nothing any more: all is to run where it is. */
  void rest() {
    sim.telegram.healAll();
    sim.db.askNothing();
    if (sim.db.isStopped()) resume();
    look();
  }
}
