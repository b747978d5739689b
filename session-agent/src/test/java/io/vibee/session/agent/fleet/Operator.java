package io.vibee.session.agent.fleet;

import io.vibee.session.AgentMark;
import java.util.List;
import java.util.Random;

/** Looks after a simulated fleet: marks agents. */
final class Operator {
  private final Simulation sim;
  private final Random random;

  Operator(Simulation sim) {
    this.sim = sim;
    this.random = sim.random;
  }

  void mark() {
    sim.db.mark(List.of(AgentMark.values()).get(random.nextInt(3)));
  }

  /** Wants nothing any more: all is to run where it is. */
  void rest() {
    sim.db.askNothing();
  }
}
