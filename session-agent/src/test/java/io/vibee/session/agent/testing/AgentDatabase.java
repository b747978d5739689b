package io.vibee.session.agent.testing;

import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** A test's own database, and what tests of the agent do with it. */
public record AgentDatabase(TestDatabase database) {
  public static final String HASH = "0123456789abcdef0123456789abcdef";

  /** Counts this database's connections that wait for a lock; other tests share the server. */
  public static final String WAITING =
      "select count(*) from pg_stat_activity where datname = current_database()"
          + " and wait_event_type = 'Lock'";

  public static AgentDatabase empty() {
    return new AgentDatabase(Postgres.NEWEST.createDatabase());
  }

  /** Creates one with the tables and these users. */
  public static AgentDatabase with(String... users) throws SQLException {
    AgentDatabase made = new AgentDatabase(TestDatabase.fresh(Postgres.NEWEST));
    for (String user : users) made.add(user);
    return made;
  }

  public String url() {
    return database.url();
  }

  public int port() {
    return database.postgres().port();
  }

  public DataSource dataSource() {
    return database.anyDataSource("postgres");
  }

  /**
   * Connects as a role with the first grants of docs/security.md for an agent, and none of the
   * second.
   */
  public DataSource asRoleThatMayOnlyTouch() throws SQLException {
    execute(
        """
        create role least_%1$s login;
        grant usage on schema public to least_%1$s;
        grant select on session_schema_version, encryption_keys, user_sessions to least_%1$s;
        grant update (last_seen_at) on user_sessions to least_%1$s;
        """
            .formatted(database.name()));
    return database.anyDataSource("least_" + database.name());
  }

  /** Adds a session {@code sess_<user>} with the guide's SQL. */
  public void add(String user) throws SQLException {
    execute(
        """
        INSERT INTO user_sessions (user_id, session_id, api_id, api_hash_encrypted, phone) VALUES (
            '%1$s', 'sess_%1$s', 94892,
            pgp_sym_encrypt('%2$s', (SELECT master_key FROM encryption_keys WHERE id = 1)),
            '+10005550123');
        """
            .formatted(user, HASH));
  }

  /** Adds a range of users, with the cheapest hashes that the database accepts. */
  public void addMany(int from, int to) throws SQLException {
    execute(
        """
        insert into user_sessions (user_id, session_id, api_id, api_hash_encrypted)
        select n, 'sess_' || n, 94892, pgp_sym_encrypt('%s',
                 (select master_key from encryption_keys where id = 1),
                 'cipher-algo=aes256, s2k-mode=3, s2k-count=1024, s2k-digest-algo=sha256, compress-algo=0')
          from generate_series(%d, %d) n
        """
            .formatted(HASH, from, to));
  }

  public void execute(String sql) throws SQLException {
    try (Connection connection = dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Returns the first column of the first row as text, {@code null} as the word. */
  public String value(String sql) throws SQLException {
    try (Connection connection = dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.next() ? String.valueOf(row.getString(1)) : "no row";
    }
  }

  /** Returns the types of a session's log entries in order, separated by commas. */
  public String logOf(String sessionId) throws SQLException {
    return value(
        "select string_agg(activity_type, ',' order by id) from session_activity where session_id = '"
            + sessionId
            + "'");
  }
}
