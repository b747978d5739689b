package io.vibee.session.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/** Owns connections, transactions and the translation of errors; operations bring statements. */
final class Jdbc {
  /** Serialization failure and deadlock: the transaction did nothing and may be run again. */
  private static final Set<String> REPEATABLE = Set.of("40001", "40P01");

  private static final int ATTEMPTS = 5;

  /** Read by the triggers that write the log; local to the transaction, as poolers need it. */
  private static final String SET_ACTOR = "select set_config('vibee.actor', ?, true)";

  private final Connections connections;
  private final NamedStatements statements;
  private final @Nullable String actor;

  Jdbc(Connections connections, NamedStatements statements) {
    this(connections, statements, null);
  }

  private Jdbc(Connections connections, NamedStatements statements, @Nullable String actor) {
    this.connections = connections;
    this.statements = statements;
    this.actor = actor;
  }

  /** The same, in somebody's name. */
  Jdbc actingAs(String name) {
    return new Jdbc(connections, statements, name);
  }

  /** The same, in nobody's name: a statement that only reads then needs no transaction. */
  Jdbc actingAsNobody() {
    return new Jdbc(connections, statements);
  }

  /** The same, but not on a connection that is in use: some data sources have but one. */
  Jdbc besides(Connection inUse) throws SQLException {
    Object taken = physical(inUse);
    Connections others =
        () -> {
          Connection connection = connections.connect();
          boolean other = false;
          try {
            other = physical(connection) != taken;
          } finally {
            // A pool lends what came free again under a handle of its own, and wants that back.
            // Where all share one object, whoever uses it closes it.
            if (!other && connection != inUse) connection.close();
          }
          if (!other) throw new SQLException("no other connection");
          return connection;
        };
    return new Jdbc(others, statements, actor);
  }

  private static Object physical(Connection connection) throws SQLException {
    return connection.isWrapperFor(PGConnection.class)
        ? connection.unwrap(PGConnection.class)
        : connection;
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

  /** Prepares a statement that runs again and again, to be planned once where that is possible. */
  PreparedStatement prepareOften(Connection connection, String sql) throws SQLException {
    return statements.prepare(connection, sql);
  }

  /** Runs one statement, in a transaction of its own; again if it lost a deadlock. */
  <T> T statement(Work<T> work) {
    for (int attempt = 1; ; attempt++) {
      try {
        return actor == null ? on(true, work) : transaction(true, work);
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
        return transaction(true, work);
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
    return transaction(false, work);
  }

  private <T> T transaction(boolean readCommitted, Work<T> work) throws SQLException {
    return on(
        false,
        connection -> {
          try {
            if (readCommitted) readCommitted(connection);
            if (actor != null) setActor(connection, actor);
            T result = work.run(connection);
            connection.commit();
            return result;
          } catch (SQLException | RuntimeException | Error e) {
            rollback(connection, e);
            throw e;
          }
        });
  }

  private static void setActor(Connection connection, String actor) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(SET_ACTOR)) {
      statement.setString(1, actor);
      statement.execute();
    }
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
