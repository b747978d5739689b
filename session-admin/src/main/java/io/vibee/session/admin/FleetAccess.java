package io.vibee.session.admin;

import io.vibee.session.ManagedSessionStore;
import io.vibee.session.SchemaVersionException;
import io.vibee.session.SessionLeases;
import io.vibee.session.admin.http.Problem;
import io.vibee.session.admin.http.Response;
import java.util.function.Function;

/** Gives calls the leases of a store, in the name of whoever calls; not every store has them. */
final class FleetAccess {
  private final ManagedSessionStore store;

  FleetAccess(ManagedSessionStore store) {
    this.store = store;
  }

  Response with(Call call, Function<SessionLeases, Response> work) {
    SessionLeases leases =
        store
            .actingAs(call.actor())
            .as(SessionLeases.class)
            .orElseThrow(
                () -> Problem.of(501, "the store of this agent cannot be shared by a fleet"));
    try {
      return work.apply(leases);
    } catch (SchemaVersionException e) {
      if (e.state() != SchemaVersionException.State.MISSING) throw e;
      // If the sessions' own tables were missing, this would tell.
      store.check();
      throw Problem.of(
          501,
          "this database has no tables of a fleet: run the migrations, for example vibee-session migrate");
    }
  }
}
