package io.vibee.session.testkit.postgres;

import io.vibee.session.jdbc.JdbcSessionStore;
import io.vibee.session.jdbc.url.DatabaseUrl;
import java.util.Map;
import java.util.Objects;
import javax.sql.DataSource;

/**
 * A database that a test has to itself, with the tables of vibee-session. It is dropped with the
 * test or class that it was made for, also if connections to it are still open. Safe for threads.
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
   * Variables with which a {@link io.vibee.session.SessionLoader} loads every active session.
   *
   * @return {@code DATABASE_URL} and {@code MULTI_TENANT=true}; unmodifiable
   */
  public Map<String, String> environment() {
    return Map.of("DATABASE_URL", url, "MULTI_TENANT", "true");
  }

  /**
   * The same for one user.
   *
   * @param userId whose session to load
   * @return {@code DATABASE_URL} and {@code USER_ID}; unmodifiable
   */
  public Map<String, String> environment(String userId) {
    return Map.of("DATABASE_URL", url, "USER_ID", Objects.requireNonNull(userId, "userId"));
  }

  /**
   * Connections to the database, for SQL. It has no pool: each call opens one, to be closed by the
   * caller.
   *
   * @return the data source
   */
  public DataSource dataSource() {
    return DatabaseUrl.parse(url).toDataSource();
  }

  /**
   * A store over the database, the same at each call. It connects at its first use.
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
