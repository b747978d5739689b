package io.vibee.session.agent.fleet;

/**
 * A fleet in which nothing fails, but Telegram refuses one session for good: nobody connects it
 * again, until an operator clears it.
 */
final class RefusedSession {
  private static final long SECONDS = 1_000_000_000L;

  private final Simulation sim;

  RefusedSession(Simulation sim) {
    this.sim = sim;
  }

  void run() {
    sim.beginAll();
    sim.runFor(120 * SECONDS);
    String session = anyConnected();
    int before = sim.telegram.connections(session);
    sim.telegram.refuse(session, sim.now());
    sim.runFor(2 * sim.longestSilence());
    int again = sim.telegram.connections(session) - before;
    if (again > 0 || !sim.db.isQuarantined(session)) {
      throw new Violation(
          "%s %s, and connected %d times after that; %s"
              .formatted(session, Flaw.REFUSED, again, sim.db.describe(session)));
    }
    sim.operator.clear(session);
    sim.runFor(sim.longestSilence() + 5 * SECONDS);
    for (String each : Simulation.SESSIONS) sim.requireRunning(each);
  }

  private String anyConnected() {
    while (true) {
      int any = sim.random.nextInt(Simulation.SESSIONS.size());
      String session = Simulation.SESSIONS.get(any);
      if (sim.telegram.isConnected(session, sim.now())) return session;
    }
  }
}
