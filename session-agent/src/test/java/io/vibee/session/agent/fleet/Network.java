package io.vibee.session.agent.fleet;

import java.util.Random;

/** What is between the agents and their database, and whether that one is up. */
final class Network {
  private static final long MILLIS = 1_000_000;
  private static final long SECONDS = 1_000 * MILLIS;

  private final Simulation sim;
  private final Random random;
  private boolean up = true;

  Network(Simulation sim) {
    this.sim = sim;
    this.random = sim.random;
  }

  boolean isUp() {
    return up;
  }

  void setUp(boolean up) {
    this.up = up;
  }

  /** Brings an operation to the database, or not, or late. */
  void deliver(AgentProcess from, Runnable operation) {
    if (sim.isStormy() && (from.isCutOff() || random.nextInt(100) < 4)) {
      // Lost, or kept by something between, such as a pooler that waits for the next primary.
      if (random.nextInt(4) == 0) later(100 * SECONDS, () -> carryOutLate(operation));
      return;
    }
    sim.at(sim.now() + latency(), () -> carryOut(operation));
  }

  private void carryOut(Runnable operation) {
    if (up) operation.run();
    else if (random.nextInt(3) == 0) later(20 * SECONDS, () -> carryOutLate(operation));
  }

  /** One that nobody waits for any more, such as a beat by which a dead agent seems to live. */
  private void carryOutLate(Runnable operation) {
    sim.isWellFromNow();
    carryOut(operation);
  }

  private void later(long within, Runnable what) {
    sim.at(sim.now() + random.nextLong(within), what);
  }

  boolean losesReply() {
    return sim.isStormy() && random.nextInt(100) < 3;
  }

  boolean isRolledBack() {
    return sim.isStormy() && random.nextInt(50) == 0;
  }

  /** Whether what was sent before comes once more, of which nobody knows the outcome. */
  boolean bringsAgain() {
    return sim.isStormy() && random.nextInt(5) == 0;
  }

  long latency() {
    if (sim.isStormy() && random.nextInt(20) == 0) return random.nextLong(4 * SECONDS);
    return MILLIS + random.nextLong(10 * MILLIS);
  }

  long lockWait() {
    return sim.isStormy() && random.nextInt(20) == 0
        ? random.nextLong(5 * SECONDS)
        : random.nextLong(5 * MILLIS);
  }
}
