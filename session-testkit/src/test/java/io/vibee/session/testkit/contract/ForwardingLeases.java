package io.vibee.session.testkit.contract;

import io.vibee.session.AgentHealth;
import io.vibee.session.AgentMark;
import io.vibee.session.AgentRegistration;
import io.vibee.session.AgentSummary;
import io.vibee.session.FleetConnection;
import io.vibee.session.FleetStatus;
import io.vibee.session.FleetView;
import io.vibee.session.Lease;
import io.vibee.session.ManagedSessionStore;
import io.vibee.session.RegisteredAgent;
import io.vibee.session.SessionHolding;
import io.vibee.session.SessionLeases;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Leases that do what others do, for subclasses to break. */
class ForwardingLeases implements SessionLeases {
  final SessionLeases right;

  ForwardingLeases(SessionLeases right) {
    this.right = right;
  }

  @Override
  public RegisteredAgent register(AgentRegistration registration, long beat) {
    return right.register(registration, beat);
  }

  @Override
  public Optional<FleetView> beat(long agentId, long beat, AgentHealth health) {
    return right.beat(agentId, beat, health);
  }

  @Override
  public boolean end(long peerId, long seenBeat) {
    return right.end(peerId, seenBeat);
  }

  @Override
  public List<Lease> claim(long agentId, int atMost, long timeline) {
    return right.claim(agentId, atMost, timeline);
  }

  @Override
  public Optional<Lease> claim(long agentId, String sessionId, long timeline) {
    return right.claim(agentId, sessionId, timeline);
  }

  @Override
  public List<Lease> held(long agentId, long timeline) {
    return right.held(agentId, timeline);
  }

  @Override
  public Set<Lease> release(long agentId, Collection<Lease> leases, Duration coolDown) {
    return right.release(agentId, leases, coolDown);
  }

  @Override
  public int leave(long agentId, boolean leaveOrphans) {
    return right.leave(agentId, leaveOrphans);
  }

  @Override
  public boolean mark(long agentId, AgentMark mark) {
    return right.mark(agentId, mark);
  }

  @Override
  public boolean want(long agentId, String sessionId) {
    return right.want(agentId, sessionId);
  }

  @Override
  public boolean quarantine(long agentId, Lease lease, String reason) {
    return right.quarantine(agentId, lease, reason);
  }

  @Override
  public boolean quarantine(String sessionId, String reason) {
    return right.quarantine(sessionId, reason);
  }

  @Override
  public boolean clear(String sessionId) {
    return right.clear(sessionId);
  }

  @Override
  public boolean quietUntil(long agentId, Lease lease, Instant until) {
    return right.quietUntil(agentId, lease, until);
  }

  @Override
  public boolean stop(String reason) {
    return right.stop(reason);
  }

  @Override
  public boolean resume() {
    return right.resume();
  }

  @Override
  public Optional<SessionHolding> find(String sessionId) {
    return right.find(sessionId);
  }

  @Override
  public List<SessionHolding> list() {
    return right.list();
  }

  @Override
  public List<SessionHolding> list(Collection<String> sessionIds) {
    return right.list(sessionIds);
  }

  @Override
  public FleetStatus status() {
    return right.status();
  }

  @Override
  public Map<SessionHolding.State, Long> counts() {
    return right.counts();
  }

  @Override
  public List<SessionHolding> taken() {
    return right.taken();
  }

  @Override
  public Optional<SessionHolding> taken(String sessionId) {
    return right.taken(sessionId);
  }

  @Override
  public List<AgentSummary> agents() {
    return right.agents();
  }

  @Override
  public FleetConnection connect(Duration timeout) {
    return right.connect(timeout);
  }

  @Override
  public ManagedSessionStore under(Collection<Lease> leases) {
    return right.under(leases);
  }
}
