package io.vibee.session.jdbc.fleet;

import io.vibee.session.AgentHealth;
import io.vibee.session.AgentRegistration;
import io.vibee.session.FleetConnection;
import io.vibee.session.FleetView;
import io.vibee.session.RegisteredAgent;
import io.vibee.session.SessionLeases;
import io.vibee.session.jdbc.sql.KeptConnection;
import java.util.Optional;

/** Sends signs of life over a connection of its own. */
final class FleetLink implements FleetConnection {
  private final SessionLeases leases;
  private final KeptConnection connection;

  FleetLink(SessionLeases leases, KeptConnection connection) {
    this.leases = leases;
    this.connection = connection;
  }

  @Override
  public RegisteredAgent register(AgentRegistration registration, long beat) {
    return connection.call(() -> leases.register(registration, beat));
  }

  @Override
  public Optional<FleetView> beat(long agentId, long beat, AgentHealth health) {
    return connection.call(() -> leases.beat(agentId, beat, health));
  }

  @Override
  public void close() {
    connection.close();
  }
}
