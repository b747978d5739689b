package io.vibee.session.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.sql.Connection.TRANSACTION_READ_COMMITTED;

import io.vibee.session.MisconfiguredException;
import io.vibee.session.SessionException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes or updates the tables by the files in {@code migrations/}, the same that psql runs, in any
 * order of the two. Each file is one transaction, does nothing when it was done already, and waits
 * for another process that runs it, so this may be called any number of times and by many at once.
 *
 * <p>Nothing migrates unasked: agents do not call this, deployments do.
 */
public final class SessionMigrations {
  private static final Logger log = LoggerFactory.getLogger(SessionMigrations.class);

  /** In their order; the last one's number is {@link SchemaCheck#VERSION}. */
  private static final List<String> FILES = List.of("001_user_sessions.sql");

  private SessionMigrations() {}

  /**
   * Migrates the current schema of a database.
   *
   * @param databaseUrl as {@link JdbcSessionStore#open}
   * @throws MisconfiguredException if the URL is malformed, or the schema holds tables of the same
   *     names that are not ours, or the role must do something first; nothing was changed then
   * @throws SessionException if the database cannot be reached or the role lacks a right
   */
  public static void migrate(String databaseUrl) {
    migrate(DatabaseUrl.parse(databaseUrl).toDataSource());
  }

  /**
   * Migrates the current schema of a database.
   *
   * @param dataSource where a connection comes from; not closed
   * @throws MisconfiguredException if the schema holds tables of the same names that are not ours;
   *     nothing was changed then
   * @throws SessionException if the database cannot be reached or the role lacks a right
   */
  public static void migrate(DataSource dataSource) {
    Objects.requireNonNull(dataSource, "dataSource");
    new Jdbc(dataSource::getConnection, NamedStatements.asSetUp())
        .withoutTransaction(
            connection -> {
              for (String file : FILES) run(connection, file);
              return true;
            });
  }

  private static void run(Connection connection, String file) throws SQLException {
    int timeout = connection.getNetworkTimeout();
    int isolation = connection.getTransactionIsolation();
    if (isolation != TRANSACTION_READ_COMMITTED) {
      connection.setTransactionIsolation(TRANSACTION_READ_COMMITTED);
    }
    // Adopting a large earlier database is one long statement.
    connection.setNetworkTimeout(Runnable::run, 0);
    try (Statement statement = connection.createStatement()) {
      statement.execute(read(file));
      // Such as sessions of an earlier schema that cannot be decrypted.
      ServerWarnings.log(statement, log);
    } catch (SQLException e) {
      throw refusal(e);
    } finally {
      if (!connection.isClosed()) {
        connection.setNetworkTimeout(Runnable::run, timeout);
        if (isolation != TRANSACTION_READ_COMMITTED) connection.setTransactionIsolation(isolation);
      }
    }
  }

  /** What the file itself refuses is for the operator to mend; all else is translated as ever. */
  private static SQLException refusal(SQLException error) {
    String message = Objects.requireNonNullElse(SqlErrors.copy(error).getMessage(), "");
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
