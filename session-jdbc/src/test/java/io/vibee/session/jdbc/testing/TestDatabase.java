package io.vibee.session.jdbc.testing;

import io.vibee.session.jdbc.JdbcSessionStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** One database of a test server, and what a test does to it as an operator with psql would. */
public record TestDatabase(Postgres postgres, String name) {
  public static final String PASSWORD_ROLE = "secret_role";
  public static final Path MIGRATION = Path.of("..", "migrations", "001_user_sessions.sql");
  private static final String FLEET_MIGRATION = "002_fleet.sql";

  /** A new database with the tables of the migration and the canary as its key. */
  public static TestDatabase migrated(Postgres postgres) {
    return postgres.createMigratedDatabase();
  }

  /** A new database with the tables of the migration and the key that this made. */
  public static TestDatabase fresh(Postgres postgres) {
    return postgres.createFreshDatabase();
  }

  /** Runs both migrations. */
  public void migrate() {
    execute(migration());
    execute(fleetMigration());
  }

  /** Makes the tables of sessions, as the library has it; the build copied it from the file. */
  public static String migration() {
    return library(String.valueOf(MIGRATION.getFileName()));
  }

  /** Makes those that agents of a fleet share. */
  public static String fleetMigration() {
    return library(FLEET_MIGRATION);
  }

  private static String library(String file) {
    String name = "/io/vibee/session/migrations/" + file;
    try (InputStream in =
        Objects.requireNonNull(JdbcSessionStore.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static String resource(String file) {
    return read(Path.of("src", "test", "resources", "io", "vibee", "session", "jdbc", file));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public PGSimpleDataSource dataSource() {
    return dataSource("postgres");
  }

  public PGSimpleDataSource dataSource(String user) {
    return postgres.dataSource(name, user);
  }

  /** The same, for modules that know nothing of the driver. */
  public DataSource anyDataSource(String user) {
    return dataSource(user);
  }

  /** A libpq URI without a password. */
  public String url() {
    return url("postgres");
  }

  public String url(String user) {
    return "postgresql://" + user + "@localhost:" + postgres.port() + "/" + name;
  }

  /** A libpq URI of the role that logs in by password. */
  public String urlWithPassword(String password) {
    String encoded = URLEncoder.encode(password, StandardCharsets.UTF_8);
    return "postgresql://"
        + PASSWORD_ROLE
        + ":"
        + encoded
        + "@localhost:"
        + postgres.port()
        + "/"
        + name;
  }

  public JdbcSessionStore store() {
    return JdbcSessionStore.open(url());
  }

  public Connection connect() throws SQLException {
    return dataSource().getConnection();
  }

  public void execute(String sql) {
    postgres.execute(name, sql);
  }

  /** The message with which a statement fails. */
  public String failure(String sql) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      return String.valueOf(e.getMessage());
    }
    throw new AssertionError("this should have failed: " + sql);
  }

  /** The rows of a query, the columns of each joined by a bar. */
  public List<String> query(String sql) {
    return query("postgres", sql);
  }

  public List<String> query(String user, String sql) {
    try (Connection connection = dataSource(user).getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      List<String> rows = new ArrayList<>();
      while (row.next()) {
        List<String> columns = new ArrayList<>();
        for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
          columns.add(String.valueOf(row.getString(i)));
        }
        rows.add(String.join("|", columns));
      }
      return rows;
    } catch (SQLException e) {
      throw new AssertionError(sql, e);
    }
  }

  public String value(String sql) {
    return query(sql).get(0);
  }

  /** Adds a session as the guide's SQL does, with a plain {@code pgp_sym_encrypt}. */
  public void insertByGuide(String userId, String sessionId) {
    executeWith(
        Canary.API_HASH,
        """
        INSERT INTO user_sessions (user_id, session_id, api_id, api_hash_encrypted, phone) VALUES (
            '%s', '%s', 94892,
            pgp_sym_encrypt(current_setting('test.secret'), (SELECT master_key FROM encryption_keys WHERE id = 1)),
            '+10005550123')
        """
            .formatted(userId, sessionId));
  }

  /** Users 1, 2, 3 and so on, with the canary's hash; written without the guide's slow key. */
  public void insertMany(int rows) {
    executeWith(
        Canary.API_HASH,
        """
        insert into user_sessions (user_id, session_id, api_id, api_hash_encrypted)
          select i::text, 'sess_' || i, 94892,
                 session_hash_encrypt(current_setting('test.secret'), (select master_key from encryption_keys where id = 1))
            from generate_series(1, %d) i
        """
            .formatted(rows));
  }

  public void changeKey(String key) {
    executeWith(
        key, "UPDATE encryption_keys SET master_key = current_setting('test.secret') WHERE id = 1");
  }

  /** Runs a statement that reads a secret as a setting: the driver's trace shows statements. */
  public void executeWith(String secret, String sql) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      setVariable(connection, "test.secret", secret);
      statement.execute(sql);
    } catch (SQLException e) {
      throw new AssertionError(sql, e);
    }
  }

  static void setVariable(Connection connection, String name, String secret) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("select set_config(?, (?::text[])[1], false)")) {
      statement.setString(1, name);
      statement.setObject(2, new String[] {secret});
      statement.execute();
    }
  }

  /** Changes rows behind the triggers' back, as a damaged disk or a superuser could. */
  public void executeWithoutTriggers(String sql) {
    execute("set vibee.replica_writes = on; set session_replication_role = replica;\n" + sql);
  }
}
