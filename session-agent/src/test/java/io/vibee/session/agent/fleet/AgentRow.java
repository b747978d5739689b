package io.vibee.session.agent.fleet;

import io.vibee.session.AgentMark;
import io.vibee.session.AgentRegistration;
import io.vibee.session.FleetAgent;

/** A row of {@code session_agents}. */
final class AgentRow {
  final long id;

  /** Where it runs: a peer on the same host sees whether it is gone. */
  final AgentProcess process;

  private final AgentRegistration registration;
  AgentMark mark = AgentMark.TAKING;
  long beat;
  long beatAt;
  long beatBefore;

  /** When it would have to be over, if leases ended by the database's clock. */
  long expires;

  /** How many sessions it owns; counted for each view. */
  int held;

  /** How many are healthy, as it has told. */
  int running;

  /** When it has last told that all that it held had settled. */
  long steadyAt;

  boolean wasSteady;

  boolean ended;

  /** Whether it has left by itself. */
  boolean clean;

  /** When it ended, by the database's clock. */
  long endedAt;

  AgentRow(long id, AgentProcess process) {
    this.id = id;
    this.process = process;
    FleetSettings its = process.settings;
    this.registration =
        AgentRegistration.builder("agent " + id, its.silence(), its.capacity())
            .generation(process.generation)
            .build();
  }

  FleetAgent told() {
    return new FleetAgent(id, beat, mark, held, running, wasSteady, registration);
  }

  /** Returns what makes it as it is now. */
  Runnable back() {
    AgentMark itsMark = mark;
    long itsBeat = beat;
    long itsExpiry = expires;
    int ran = running;
    long itsSteadiness = steadyAt;
    boolean wasEverSteady = wasSteady;
    boolean hadEnded = ended;
    boolean wasClean = clean;
    long itsEnd = endedAt;
    return () -> {
      mark = itsMark;
      beat = itsBeat;
      expires = itsExpiry;
      running = ran;
      steadyAt = itsSteadiness;
      wasSteady = wasEverSteady;
      ended = hadEnded;
      clean = wasClean;
      endedAt = itsEnd;
    };
  }
}
