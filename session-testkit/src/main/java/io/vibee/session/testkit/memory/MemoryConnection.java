package io.vibee.session.testkit.memory;

import io.vibee.session.AgentHealth;
import io.vibee.session.AgentRegistration;
import io.vibee.session.FleetConnection;
import io.vibee.session.FleetView;
import io.vibee.session.RegisteredAgent;
import io.vibee.session.SessionLeases;
import java.util.Optional;

/** Passes signs of life on to the store: here nothing else can hold them up. */
final class MemoryConnection implements FleetConnection {
  private final SessionLeases leases;
  private volatile boolean closed;

  MemoryConnection(SessionLeases leases) {
    this.leases = leases;
  }

  @Override
  public RegisteredAgent register(AgentRegistration registration, long beat) {
    requireOpen();
    return leases.register(registration, beat);
  }

  @Override
  public Optional<FleetView> beat(long agentId, long beat, AgentHealth health) {
    requireOpen();
    return leases.beat(agentId, beat, health);
  }

  private void requireOpen() {
    if (closed) throw new IllegalStateException("the connection is closed");
  }

  @Override
  public void close() {
    closed = true;
  }
}
