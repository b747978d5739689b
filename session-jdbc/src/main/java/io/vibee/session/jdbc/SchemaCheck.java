package io.vibee.session.jdbc;

import io.vibee.session.SchemaVersionException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Makes sure, before the first statement, that the tables are those that this library knows, and
 * that the current key can be used.
 */
final class SchemaCheck {
  /** The version of the last file in migrations/. */
  static final int VERSION = 5;

  private static final String STATE =
      """
      select coalesce(max(version), 0) from session_schema_version
      """;

  private static final String EARLIER_TABLES =
      """
      select exists (select from pg_attribute
                      where attrelid = to_regclass('user_sessions') and attname = 'api_hash_encrypted')
      """;

  private static final String UNDEFINED_TABLE = "42P01";

  private volatile boolean passed;

  private final SessionReader reader;

  SchemaCheck(SessionReader reader) {
    this.reader = reader;
  }

  /** For sessions: also says so when the keys of this process are not in use. */
  void require(Jdbc jdbc) {
    if (passed) return;
    reader.warnIfPassedOver(check(jdbc));
    passed = true;
  }

  /** For changing just that. */
  void requireForKeys(Jdbc jdbc) {
    if (!passed) check(jdbc);
  }

  /** Looks anew, whatever was found before. */
  CurrentKey check(Jdbc jdbc) {
    // Not in a transaction: in one, a missing table ends it, and the next statement cannot tell
    // which.
    return jdbc.actingAsNobody()
        .statement(
            connection -> {
              check(connection);
              CurrentKey key = CurrentKey.read(connection);
              key.requireUsable(reader.sealer());
              return key;
            });
  }

  private static void check(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(STATE);
        ResultSet row = statement.executeQuery()) {
      row.next();
      int version = row.getInt(1);
      if (version != VERSION) throw new SchemaVersionException(version, VERSION);
    } catch (SQLException e) {
      if (!UNDEFINED_TABLE.equals(e.getSQLState())) throw e;
      throw new SchemaVersionException(hasEarlierTables(connection) ? -1 : 0, VERSION);
    }
  }

  private static boolean hasEarlierTables(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(EARLIER_TABLES);
        ResultSet row = statement.executeQuery()) {
      return row.next() && row.getBoolean(1);
    }
  }
}
