package io.vibee.session.jdbc.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * What a transaction begins with, in one round trip: settings that a pooler's other clients, or
 * whoever may create objects in a schema of the search path, could have set against us.
 *
 * <p>All of it is local to the transaction. Until the search path is pinned, nothing here may be
 * looked up by it: functions are qualified, arguments are literals, and there are no operators.
 *
 * @param first what must come before all else, with a semicolon; or nothing
 * @param last what follows the settings, behind a semicolon; or nothing
 */
public record Prelude(String first, String last) {
  /** With an older snapshot, keys and rows that just changed are not seen. */
  static final Prelude READ_COMMITTED =
      new Prelude("set transaction isolation level read committed; ", "");

  /** In a transaction that has begun. */
  static final Prelude ALONE = new Prelude("", "");

  /**
   * Operators and functions are found in pg_catalog alone, since temporary schemas are never
   * searched for them; row_security makes an error of rows that a policy would hide.
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
   * Bounds for each statement and each wait for a lock, unless role or caller have a stricter one:
   * below a socket timeout of 60 seconds, so that the server says what took so long. The path is
   * pinned by now. Triggers that do not fire would leave a write unencrypted and out of the log.
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
   * Sends it.
   *
   * @param actor in whose name the transaction acts, null for nobody's
   * @return whether triggers fire, which writing needs
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
