package io.vibee.session.jdbc;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Iterator;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/**
 * Asks the driver itself for connections, with a URL of hosts and database only.
 *
 * <p>The driver's own data sources make a URL of all properties, {@code sslpassword} included, log
 * it, and go through {@code DriverManager}, which offers the password to every driver around.
 *
 * <p>Safe for threads.
 */
final class DatabaseUrlDataSource implements DataSource {
  private final Driver driver = new Driver();
  private final DatabaseUrl database;
  private volatile int loginTimeout;

  DatabaseUrlDataSource(DatabaseUrl database) {
    this.database = database;
  }

  @Override
  public Connection getConnection() throws SQLException {
    Iterator<DatabaseUrlAttempt> attempts = DatabaseUrlAttempt.of(database).iterator();
    SQLException before = null;
    while (true) {
      try {
        return connect(attempts.next());
      } catch (SQLException e) {
        if (before != null) e.addSuppressed(before);
        if (!attempts.hasNext() || !isOfThisHostOnly(e)) throw e;
        before = e;
      }
    }
  }

  private Connection connect(DatabaseUrlAttempt attempt) throws SQLException {
    int seconds = loginTimeout;
    if (seconds > 0) attempt.properties().putIfAbsent("loginTimeout", Integer.toString(seconds));
    Connection connection = driver.connect(attempt.url(), attempt.properties());
    if (connection == null) throw new SQLException("The driver does not take the database's URL.");
    return connection;
  }

  /** libpq goes on to the next host unless this one understood and said no, as to a password. */
  private static boolean isOfThisHostOnly(SQLException e) {
    String state = String.valueOf(e.getSQLState());
    return state.startsWith("08") || state.equals("57P03");
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    throw new SQLFeatureNotSupportedException("The user is the one in DATABASE_URL.");
  }

  @Override
  public int getLoginTimeout() {
    return loginTimeout;
  }

  /**
   * Bounds the whole of a login, where {@code connectTimeout} bounds only its first step; a pool
   * sets it to the time that it is ready to wait. A {@code loginTimeout} in the URL wins.
   */
  @Override
  public void setLoginTimeout(int seconds) {
    loginTimeout = seconds;
  }

  @Override
  public @Nullable PrintWriter getLogWriter() {
    return null;
  }

  @Override
  public void setLogWriter(@Nullable PrintWriter writer) throws SQLException {
    throw new SQLFeatureNotSupportedException("The driver logs by java.util.logging.");
  }

  @Override
  public Logger getParentLogger() {
    return driver.getParentLogger();
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    if (type.isInstance(this)) return type.cast(this);
    throw new SQLException("This data source wraps no " + type.getName() + ".");
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return type.isInstance(this);
  }

  /** The same as that of the database: hosts, ports and its name. */
  @Override
  public String toString() {
    return database.toString();
  }
}
