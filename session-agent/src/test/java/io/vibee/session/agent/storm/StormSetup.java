package io.vibee.session.agent.storm;

/**
 * What a storm's fleet consists of.
 *
 * @param capacity how many sessions an agent runs at most
 * @param faketime the library by which clocks jump, empty if they do not
 * @param telegram whether sessions are connected; if not, agents print what they run
 * @param waves how many sessions an agent starts at first, in words of the environment; empty for
 *     all at once
 */
record StormSetup(
    int agents,
    int sessions,
    int capacity,
    StormTimes times,
    String faketime,
    boolean telegram,
    String waves) {
  static StormSetup of(int agents, int sessions) {
    return new StormSetup(agents, sessions, sessions, StormTimes.SHORT, "", true, "1 10 100");
  }

  StormSetup with(StormTimes other) {
    return new StormSetup(agents, sessions, capacity, other, faketime, telegram, waves);
  }

  StormSetup withClocks(String library) {
    return new StormSetup(agents, sessions, capacity, times, library, telegram, waves);
  }

  /** For more sessions than a machine has connections. */
  StormSetup withLedger() {
    return new StormSetup(agents, sessions, capacity, times, faketime, false, waves);
  }

  StormSetup withoutWaves() {
    return new StormSetup(agents, sessions, capacity, times, faketime, telegram, "");
  }
}
