package io.vibee.session.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vibee.session.FleetOverview;
import io.vibee.session.ManagedSessionStore;
import io.vibee.session.SchemaVersionException;
import io.vibee.session.SessionException;
import io.vibee.session.SessionHolding;
import io.vibee.session.SessionLeases;
import io.vibee.session.SessionSummary;
import io.vibee.session.json.FleetJson;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds to a list of sessions where each runs, and the agents, if there are any. A list can be read
 * by roles that may not see the fleet: for them there is none, which the log says once.
 */
final class ListedFleet {
  private static final Logger log = LoggerFactory.getLogger(ListedFleet.class);

  private final Optional<SessionLeases> leases;
  private final AtomicBoolean told = new AtomicBoolean();

  ListedFleet(ManagedSessionStore store) {
    leases = store.as(SessionLeases.class);
  }

  void addTo(ObjectNode page, List<SessionSummary> sessions) {
    if (leases.isEmpty()) return;
    try {
      add(page, sessions, leases.get());
      told.set(false);
    } catch (SchemaVersionException e) {
      // Most have no fleet. What else is wrong, the calls of the fleet tell.
    } catch (SessionException e) {
      if (!told.getAndSet(true)) {
        log.warn("lists of sessions are shown without the fleet: {}", e.getMessage());
      }
    }
  }

  private static void add(ObjectNode page, List<SessionSummary> sessions, SessionLeases leases) {
    FleetOverview fleet = FleetOverview.of(leases);
    if (fleet.agents().isEmpty() && !fleet.status().stopped()) return;
    List<SessionHolding> all =
        leases.list(sessions.stream().map(SessionSummary::sessionId).toList());
    page.set("fleet", FleetJson.write(fleet, fleet.living(), null));
    ArrayNode holdings = page.putArray("holdings");
    all.forEach(each -> holdings.add(FleetJson.write(fleet, each)));
  }
}
