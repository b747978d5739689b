package io.vibee.session.jdbc.fleet;

import io.vibee.session.Lease;
import io.vibee.session.StaleLeaseException;
import io.vibee.session.jdbc.sql.Jdbc;
import io.vibee.session.jdbc.sql.Tx;
import java.sql.SQLException;
import java.util.List;

/**
 * Refuses changes of those who lost what they rely on. Asked last, since whoever changes a session
 * comes to its lease after it, too.
 */
public final class LeaseGuard implements Jdbc.Guard {
  private static final String STALE =
      "select session_id from @home@.session_fleet_stale(?::text[], ?::bigint[])";

  private final List<Lease> leases;

  /**
   * Creates a guard.
   *
   * @param leases what must still be held when a change is committed
   */
  public LeaseGuard(List<Lease> leases) {
    this.leases = leases;
  }

  @Override
  public void check(Tx tx) throws SQLException {
    Fleet.requireVersion(tx);
    List<String> stale =
        tx.query(STALE)
            .array(FleetLeases.sessionIds(leases))
            .array(FleetLeases.tokens(leases))
            .list(row -> row.getString(1));
    if (!stale.isEmpty()) throw new StaleLeaseException(stale);
  }
}
