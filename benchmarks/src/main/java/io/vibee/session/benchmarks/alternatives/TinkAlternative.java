package io.vibee.session.benchmarks.alternatives;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.crypto.tink.Aead;
import com.zaxxer.hikari.HikariDataSource;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * JDBC by hand, and Tink: one table, and secrets that are sealed to their user by AES-256-GCM and
 * opened in this process, row by row as they are streamed.
 */
public final class TinkAlternative implements Alternative {
  private static final String TABLE =
      """
      create table accounts (
        id bigint generated always as identity primary key,
        user_id text not null unique,
        session_id text not null unique,
        api_id integer not null,
        api_hash_sealed bytea not null,
        phone text not null)
      """;

  private static final String INSERT =
      """
      insert into accounts (user_id, session_id, api_id, api_hash_sealed, phone)
        values (?, ?, ?, ?, ?)
      """;

  private static final String SELECT =
      """
      select user_id, session_id, api_id, api_hash_sealed, phone from accounts
      """;

  private static final String SELECT_PART = SELECT + " where id > ? and id <= ?";

  private static final String LAST_ID =
      """
      select coalesce(max(id), 0) from accounts
      """;

  private final boolean parallel;
  private final HikariDataSource pool;
  private final Workers workers = new Workers();
  private final Aead aead = TinkKeys.aead();

  /**
   * Opens it for loading with one query on one thread.
   *
   * @param jdbcUrl the JDBC URL of a database that nothing else uses
   */
  public TinkAlternative(String jdbcUrl) {
    this(jdbcUrl, false);
  }

  private TinkAlternative(String jdbcUrl, boolean parallel) {
    this.parallel = parallel;
    pool = Pools.open(jdbcUrl);
  }

  static TinkAlternative inParallel(String jdbcUrl) {
    return new TinkAlternative(jdbcUrl, true);
  }

  @Override
  public String name() {
    return parallel ? "JDBC and Tink, " + Pools.THREADS + " threads" : "JDBC and Tink";
  }

  @Override
  public void fill(int sessions) {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(TABLE);
      connection.setAutoCommit(false);
      insert(connection, sessions);
      connection.commit();
      connection.setAutoCommit(true);
      statement.execute("vacuum analyze accounts");
    } catch (SQLException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private void insert(Connection connection, int sessions)
      throws SQLException, GeneralSecurityException {
    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
      for (int number = 1; number <= sessions; number++) {
        Account account = Account.madeUp(number);
        insert.setString(1, account.userId());
        insert.setString(2, account.sessionId());
        insert.setInt(3, account.apiId());
        insert.setBytes(
            4, aead.encrypt(account.apiHash().getBytes(UTF_8), account.userId().getBytes(UTF_8)));
        insert.setString(5, account.phone());
        insert.addBatch();
        if (number % 1_000 == 0) insert.executeBatch();
      }
      insert.executeBatch();
    }
  }

  @Override
  public int loadAll(Consumer<Object> sink) {
    try {
      if (!parallel) return query(SELECT, List.of(), sink);
      long last = lastId();
      return workers.load(part -> () -> part(last, part), sink);
    } catch (SQLException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private List<Object> part(long last, int part) throws SQLException, GeneralSecurityException {
    List<Object> accounts = new ArrayList<>();
    long from = last * part / Pools.THREADS;
    long to = last * (part + 1) / Pools.THREADS;
    query(SELECT_PART, List.of(from, to), accounts::add);
    return accounts;
  }

  private long lastId() throws SQLException {
    try (Connection connection = pool.getConnection();
        PreparedStatement statement = connection.prepareStatement(LAST_ID);
        ResultSet row = statement.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  private int query(String sql, List<Long> range, Consumer<Object> sink)
      throws SQLException, GeneralSecurityException {
    try (Connection connection = pool.getConnection()) {
      connection.setAutoCommit(false); // else the driver reads all rows before the first
      try (PreparedStatement statement = connection.prepareStatement(sql)) {
        statement.setFetchSize(Pools.FETCH_SIZE);
        for (int i = 0; i < range.size(); i++) statement.setLong(i + 1, range.get(i));
        int count = read(statement, sink);
        connection.commit();
        return count;
      }
    }
  }

  private int read(PreparedStatement statement, Consumer<Object> sink)
      throws SQLException, GeneralSecurityException {
    int count = 0;
    try (ResultSet row = statement.executeQuery()) {
      for (; row.next(); count++) {
        String userId = row.getString(1);
        byte[] apiHash = aead.decrypt(row.getBytes(4), userId.getBytes(UTF_8));
        sink.accept(
            new Account(
                userId,
                row.getString(2),
                row.getInt(3),
                new String(apiHash, UTF_8),
                row.getString(5)));
      }
    }
    return count;
  }

  @Override
  public void close() {
    workers.close();
    pool.close();
  }
}
