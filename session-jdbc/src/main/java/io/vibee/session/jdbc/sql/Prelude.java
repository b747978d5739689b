package io.vibee.session.jdbc.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The start of a transaction, sent in one round trip: settings that a pooler's other clients, or
 * anyone who may create objects in a schema of the search path, could otherwise turn against us.
 *
 * <p>All of it is local to the transaction. Until the search path is pinned, nothing here may be
 * looked up by it: functions are qualified, arguments are literals, and there are no operators.
 *
 * @param first SQL that must come before all else, ending in a semicolon; may be empty
 * @param last SQL that follows the settings, beginning with a semicolon; may be empty
 */
public record Prelude(String first, String last) {
  /** Sees keys and rows that have just changed, unlike a transaction with an older snapshot. */
  static final Prelude READ_COMMITTED =
      new Prelude("set transaction isolation level read committed; ", "");

  /** The same for a store that only reads: the server refuses whatever would write. */
  static final Prelude READ_ONLY =
      new Prelude("set transaction isolation level read committed, read only; ", "");

  /** The settings alone, for a transaction that has already begun. */
  static final Prelude ALONE = new Prelude("", "");

  /**
   * Operators and functions are found in pg_catalog alone, since temporary schemas are never
   * searched for them; row_security turns rows that a policy would hide into an error.
   */
  private static final String SETTINGS =
      """
      select pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true),
             pg_catalog.set_config('row_security', 'off', true),
             pg_catalog.set_config('client_min_messages', 'warning', true),
             pg_catalog.set_config('standard_conforming_strings', 'on', true),
             pg_catalog.set_config('array_nulls', 'on', true),
             pg_catalog.set_config('vibee.key_change', '', true),
             pg_catalog.set_config('vibee.follow_key', '', true),
             pg_catalog.set_config('vibee.actor', ?, true)
      """;

  /**
   * Limits each statement and each wait for a lock, unless the role or the caller has a stricter
   * limit. They are below the socket timeout of 60 seconds, so that the server can say what took so
   * long. The path is pinned by now. Also asks whether triggers fire: without them, a write would
   * be neither encrypted nor logged.
   */
  private static final String BOUNDS =
      """
      ; select set_config('statement_timeout',
                 case when current_setting('statement_timeout')::interval between '1 ms' and '50 s'
                      then current_setting('statement_timeout') else '50s' end, true),
               set_config('lock_timeout',
                 case when current_setting('lock_timeout')::interval between '1 ms' and '40 s'
                      then current_setting('lock_timeout') else '40s' end, true),
               current_setting('session_replication_role') <> 'replica' as triggers_fire
      """;

  /**
   * Sends it all in one round trip.
   *
   * @param actor the name that changes are logged under; null for none
   * @return whether triggers fire; nothing may be written if they do not
   */
  boolean send(Connection connection, NamedStatements named, @Nullable String actor)
      throws SQLException {
    String sql = first + SETTINGS + BOUNDS + last;
    try (PreparedStatement statement = named.prepareFirst(connection, sql)) {
      statement.setString(1, actor == null ? "" : actor);
      boolean isResult = statement.execute();
      while (isResult || statement.getUpdateCount() >= 0) {
        if (isResult) {
          try (ResultSet row = statement.getResultSet()) {
            if (row.getMetaData().getColumnCount() == 3 && row.next()) return row.getBoolean(3);
          }
        }
        isResult = statement.getMoreResults();
      }
      throw new SQLException("the driver gives no results of several statements");
    }
  }
}
