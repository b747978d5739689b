package io.vibee.session.testkit.postgres;

import io.vibee.session.jdbc.JdbcSessionStore;
import io.vibee.session.jdbc.url.DatabaseUrl;
import java.util.Map;
import java.util.Objects;
import javax.sql.DataSource;

/**
 * A database that a test has to itself, with the tables of vibee-session. It is dropped after the
 * test or class that it was created for, even if connections to it are still open. Thread-safe.
 */
public final class TestDatabase {
  private final String name;
  private final String url;
  private final JdbcSessionStore store;

  TestDatabase(String name, String url) {
    this.name = name;
    this.url = url;
    this.store = JdbcSessionStore.open(url);
  }

  /**
   * The database's name.
   *
   * @return a name that needs no quotes in SQL
   */
  public String name() {
    return name;
  }

  /**
   * The database's URL. It may hold a password: do not log it.
   *
   * @return a libpq URI, as {@code DATABASE_URL} takes it
   */
  public String url() {
    return url;
  }

  /**
   * Returns variables with which a {@link io.vibee.session.SessionLoader} loads every active
   * session.
   *
   * @return {@code DATABASE_URL} and {@code MULTI_TENANT=true}; unmodifiable
   */
  public Map<String, String> environment() {
    return Map.of("DATABASE_URL", url, "MULTI_TENANT", "true");
  }

  /**
   * Returns variables with which one user's session is loaded instead.
   *
   * @param userId the user whose session to load
   * @return {@code DATABASE_URL} and {@code USER_ID}; unmodifiable
   */
  public Map<String, String> environment(String userId) {
    return Map.of("DATABASE_URL", url, "USER_ID", Objects.requireNonNull(userId, "userId"));
  }

  /**
   * Opens connections to the database, for SQL. It has no pool: each call opens a connection, which
   * the caller closes.
   *
   * @return the data source
   */
  public DataSource dataSource() {
    return DatabaseUrl.parse(url).toDataSource();
  }

  /**
   * Returns a store over the database, the same one at each call. It connects at its first use.
   *
   * @return the store, closed with the database
   */
  public JdbcSessionStore store() {
    return store;
  }

  /** The database's name. */
  @Override
  public String toString() {
    return "TestDatabase[" + name + "]";
  }
}
