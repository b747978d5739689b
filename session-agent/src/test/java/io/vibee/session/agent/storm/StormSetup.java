package io.vibee.session.agent.storm;

/**
 * What a storm's fleet consists of.
 *
 * @param capacity how many sessions an agent runs at most
 * @param faketime the library by which clocks jump, empty if they do not
 */
record StormSetup(int agents, int sessions, int capacity, StormTimes times, String faketime) {
  static StormSetup of(int agents, int sessions) {
    return new StormSetup(agents, sessions, sessions, StormTimes.SHORT, "");
  }

  StormSetup with(StormTimes other) {
    return new StormSetup(agents, sessions, capacity, other, faketime);
  }

  StormSetup withClocks(String library) {
    return new StormSetup(agents, sessions, capacity, times, library);
  }
}
