/**
 * What agents that share the sessions ask of the database: {@link
 * io.vibee.session.jdbc.fleet.FleetLeases} and {@link io.vibee.session.jdbc.fleet.FleetChanges}
 * call the functions of {@code migrations/002_fleet.sql}, which are the protocol. Not exported.
 */
@NullMarked
package io.vibee.session.jdbc.fleet;

import org.jspecify.annotations.NullMarked;
