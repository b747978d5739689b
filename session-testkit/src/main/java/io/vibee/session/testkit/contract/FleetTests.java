package io.vibee.session.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.AgentHealth;
import io.vibee.session.AgentRegistration;
import io.vibee.session.FleetView;
import io.vibee.session.Lease;
import io.vibee.session.SessionHolding;
import io.vibee.session.SessionLeases;
import io.vibee.session.SessionStore;
import io.vibee.session.testkit.TestSessions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;

/** Base of the tests of leases: agents, and what they do. */
abstract class FleetTests<S extends SessionStore> extends ContractTests<S> {
  static final Duration NO_TIME = Duration.ZERO;

  SessionLeases leases;

  /** The timeline of the store. */
  long timeline;

  @BeforeEach
  void asksForTheLeases() {
    leases = store.as(SessionLeases.class).orElseThrow(() -> new AssertionError("no leases"));
    timeline = leases.register(registration("first"), 1).world().timeline();
  }

  static AgentRegistration registration(String name) {
    return AgentRegistration.builder(name, Duration.ofSeconds(60), 100).build();
  }

  /** Registers an agent whose beat is 1. */
  final long agent() {
    return leases.register(registration("agent"), 1).agentId();
  }

  final FleetView beat(long agent) {
    return leases
        .beat(agent, 1, AgentHealth.STARTING)
        .orElseThrow(() -> new AssertionError("agent has ended"));
  }

  /** Says that all that an agent holds has settled, by a beat that is 1, too. */
  final void steady(long agent) {
    Threads.untilLater();
    assertThat(leases.beat(agent, 1, new AgentHealth(1, true))).as("not ended").isPresent();
    Threads.untilLater();
  }

  final void end(long agent) {
    assertThat(leases.end(agent, 1)).as("ended").isTrue();
  }

  /** Adds sessions sess_1, sess_2 and so on. */
  final void add(int sessions) {
    for (int i = 1; i <= sessions; i++) saved(TestSessions.session("" + i));
  }

  final List<Lease> claim(long agent, int atMost) {
    return leases.claim(agent, atMost, timeline);
  }

  final List<String> claimIds(long agent, int atMost) {
    return ids(claim(agent, atMost));
  }

  final List<Lease> held(long agent) {
    return leases.held(agent, timeline);
  }

  final Lease lease(long agent, String sessionId) {
    for (Lease each : held(agent)) if (each.sessionId().equals(sessionId)) return each;
    throw new AssertionError("agent " + agent + " does not hold " + sessionId);
  }

  final void release(long agent, Lease lease, Duration coolDown) {
    assertThat(leases.release(agent, List.of(lease), coolDown))
        .as("released")
        .isEqualTo(Set.of(lease));
  }

  final SessionHolding holding(String sessionId) {
    return leases.find(sessionId).orElseThrow(() -> new AssertionError("no " + sessionId));
  }

  final SessionHolding.State state(String sessionId) {
    return holding(sessionId).state();
  }

  static List<String> ids(List<Lease> leases) {
    List<String> ids = new ArrayList<>();
    for (Lease each : leases) ids.add(each.sessionId());
    return ids;
  }
}
