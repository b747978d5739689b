package io.vibee.session.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vibee.session.MisconfiguredException;
import io.vibee.session.OutcomeUnknownException;
import io.vibee.session.SchemaVersionException;
import io.vibee.session.SessionException;
import io.vibee.session.StoreUnavailableException;
import io.vibee.session.jdbc.sql.Connections;
import io.vibee.session.jdbc.sql.Jdbc;
import io.vibee.session.jdbc.sql.NamedStatements;
import io.vibee.session.jdbc.sql.ServerWarnings;
import io.vibee.session.jdbc.sql.SessionSchema;
import io.vibee.session.jdbc.sql.SqlErrors;
import io.vibee.session.jdbc.url.DatabaseUrl;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates or updates the tables with the files in {@code migrations/}. These are the files that
 * psql runs, and it does not matter which of the two runs first. Each file is one transaction,
 * repairs what is missing or was changed, does nothing if all is there, and waits for another
 * process that runs it. So this may be called any number of times, and by many processes and
 * threads at once.
 *
 * <p>A run takes at most ten minutes, and waits for locks at most one minute of that, or as long as
 * {@code lock_timeout} says. A {@code statement_timeout} of the role or session takes precedence.
 * psql has no such limit.
 *
 * <p>Nothing migrates unasked: deployments call this, agents do not.
 */
public final class SessionMigrations {
  private static final Logger log = LoggerFactory.getLogger(SessionMigrations.class);

  /** SQLSTATE of the files themselves: a newer version made the tables. */
  private static final String NEWER = "VK002";

  /** A file, and the version that it makes. */
  private record File(String name, int version) {}

  private static final File SESSIONS = new File("001_user_sessions.sql", SessionSchema.VERSION);
  private static final File FLEET = new File("002_fleet.sql", SessionSchema.FLEET_VERSION);

  /** In order. */
  private static final List<File> FILES = List.of(SESSIONS, FLEET);

  private static final int LIMIT_SECONDS = 600;

  private static final String BEGIN = "set transaction isolation level read committed, read write";

  private static final String CURRENT_LIMIT =
      "select pg_catalog.current_setting('statement_timeout'::pg_catalog.text)";

  private SessionMigrations() {}

  /**
   * Migrates the current schema of a database.
   *
   * @param databaseUrl as for {@link JdbcSessionStore#open(String)}
   * @throws MisconfiguredException if the URL is malformed, or the schema holds tables of the same
   *     names that are not ours, or the role must do something first; nothing was changed then
   * @throws OutcomeUnknownException if the connection was lost while it was committed: run it again
   * @throws SessionException if the database cannot be reached or the role lacks a right
   */
  public static void migrate(String databaseUrl) {
    DatabaseUrl url = DatabaseUrl.parse(databaseUrl);
    migrate(url::connect, url.toString());
  }

  /**
   * Migrates the current schema of a database.
   *
   * @param dataSource supplies the connection; not closed
   * @throws MisconfiguredException if the schema holds tables of the same names that are not ours;
   *     nothing was changed then
   * @throws OutcomeUnknownException if the connection was lost while it was committed: run it again
   * @throws SessionException if the database cannot be reached or the role lacks a right
   */
  public static void migrate(DataSource dataSource) {
    Objects.requireNonNull(dataSource, "dataSource");
    migrate(() -> DatabaseUrl.connect(dataSource), "the database of a data source");
  }

  private static void migrate(Connections connections, String place) {
    new Jdbc(connections, NamedStatements.asConfigured())
        .withoutTransaction(
            connection -> {
              for (File file : FILES) run(connection, file);
              return true;
            });
    log.info("migrated {}: its schema has version {}", place, SESSIONS.version());
  }

  private static void run(Connection connection, File file) throws SQLException {
    int timeout = connection.getNetworkTimeout();
    // Adopting a large earlier database is one long statement. The server must give it up
    // first, since then it is known that nothing was changed.
    connection.setNetworkTimeout(Runnable::run, (LIMIT_SECONDS + 15) * 1000);
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute(BEGIN);
      statement.execute(limit(connection));
      statement.execute(read(file.name()));
      // Such as sessions of an earlier schema that cannot be decrypted.
      ServerWarnings.log(statement, log);
      commit(connection);
    } catch (SQLException e) {
      rollback(connection);
      throw refusal(e, file);
    } catch (RuntimeException | Error e) {
      rollback(connection);
      throw e;
    } finally {
      if (!connection.isClosed()) {
        connection.setAutoCommit(true);
        connection.setNetworkTimeout(Runnable::run, timeout);
      }
    }
  }

  /**
   * Makes the statement that limits this transaction, unless role or session have a limit; local to
   * the transaction, as poolers need it.
   */
  private static String limit(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(CURRENT_LIMIT)) {
      row.next();
      String limit = row.getString(1).equals("0") ? LIMIT_SECONDS + "s" : row.getString(1);
      return "set local statement_timeout = '" + limit + "'";
    }
  }

  private static void commit(Connection connection) throws SQLException {
    try {
      connection.commit();
    } catch (SQLException e) {
      if (!SqlErrors.leavesOutcomeOpen(e)) throw e;
      throw new OutcomeUnknownException(
          "the connection was lost while the migration was committed, so it may have been made or"
              + " not: run it again, which does no harm",
          SqlErrors.copy(e));
    }
  }

  private static void rollback(Connection connection) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      // The connection is gone, and the transaction with it.
    }
  }

  /**
   * Throws what the file itself refuses, which the operator must mend; returns all else to be
   * translated as usual.
   */
  private static SQLException refusal(SQLException error, File file) {
    String message = Objects.requireNonNullElse(SqlErrors.copy(error).getMessage(), "");
    String state = SqlErrors.state(error);
    if (state.equals(SqlErrors.LOCK_NOT_AVAILABLE) && message.startsWith(SqlErrors.OURS)) {
      throw new StoreUnavailableException(message, state, SqlErrors.copy(error));
    }
    if (state.equals(SqlErrors.QUERY_CANCELED)) {
      throw new StoreUnavailableException(
          "the migration was cancelled, after %s seconds, by the role's statement_timeout, or by"
                  .formatted(LIMIT_SECONDS)
              + " somebody; nothing was changed: run it by psql, which has no limit",
          state,
          SqlErrors.copy(error));
    }
    if (state.equals(NEWER)) {
      int found = SqlErrors.detailedNumber(error);
      throw file.equals(FLEET)
          ? SchemaVersionException.ofFleet(found, file.version())
          : SchemaVersionException.of(found, file.version());
    }
    if (message.startsWith(SqlErrors.OURS)) throw new MisconfiguredException(message);
    return error;
  }

  private static String read(String file) {
    try (InputStream stream =
        SessionMigrations.class.getResourceAsStream("/io/vibee/session/migrations/" + file)) {
      return new String(Objects.requireNonNull(stream, file).readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
