package io.vibee.session.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;

/** Owns connections, transactions and the translation of errors; operations bring statements. */
final class Jdbc {
  /** Serialization failure and deadlock: the transaction did nothing and may be run again. */
  private static final Set<String> REPEATABLE = Set.of("40001", "40P01");

  private static final int ATTEMPTS = 5;

  private final Connections connections;

  Jdbc(Connections connections) {
    this.connections = connections;
  }

  /** Where connections come from: a data source of the caller's, or a pool of our own. */
  @FunctionalInterface
  interface Connections {
    Connection connect() throws SQLException;
  }

  @FunctionalInterface
  interface Work<T> {
    T run(Connection connection) throws SQLException;
  }

  /** Runs one statement, in a transaction of its own; again if it lost a deadlock. */
  <T> T statement(Work<T> work) {
    for (int attempt = 1; ; attempt++) {
      try {
        return on(true, work);
      } catch (SQLException e) {
        if (attempt == ATTEMPTS || !REPEATABLE.contains(SqlErrors.state(e))) {
          throw SqlErrors.translate(e);
        }
      }
    }
  }

  /** Runs work whose only effects are in the database, in one transaction; again as above. */
  <T> T repeatable(Work<T> work) {
    for (int attempt = 1; ; attempt++) {
      try {
        return transaction(
            connection -> {
              readCommitted(connection);
              return work.run(connection);
            });
      } catch (SQLException e) {
        if (attempt == ATTEMPTS || !REPEATABLE.contains(SqlErrors.state(e))) {
          throw SqlErrors.translate(e);
        }
      }
    }
  }

  /** For this transaction: with an older snapshot, keys and rows that just changed are not seen. */
  private static void readCommitted(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("set transaction isolation level read committed");
    }
  }

  /** Runs work in one transaction, once: it may have effects that cannot be repeated. */
  <T> T transaction(Work<T> work) throws SQLException {
    return on(
        false,
        connection -> {
          try {
            T result = work.run(connection);
            connection.commit();
            return result;
          } catch (SQLException | RuntimeException | Error e) {
            rollback(connection, e);
            throw e;
          }
        });
  }

  private <T> T on(boolean autoCommit, Work<T> work) throws SQLException {
    try (Connection connection = connect()) {
      boolean before = connection.getAutoCommit();
      if (before != autoCommit) connection.setAutoCommit(autoCommit);
      try {
        return work.run(connection);
      } finally {
        if (before != autoCommit) restore(connection, before);
      }
    }
  }

  private Connection connect() throws SQLException {
    try {
      return connections.connect();
    } catch (IllegalStateException e) {
      throw e; // closed
    } catch (RuntimeException e) {
      // Pools throw their own when they cannot start; the reason is below.
      throw SqlErrors.unwrap(e);
    }
  }

  private static void restore(Connection connection, boolean autoCommit) {
    try {
      connection.setAutoCommit(autoCommit);
    } catch (SQLException e) {
      // A broken connection: what was thrown already says more, and the pool discards it.
    }
  }

  private static void rollback(Connection connection, Throwable cause) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      cause.addSuppressed(SqlErrors.copy(e));
    }
  }
}
