package io.vibee.session.jdbc.sql;

import io.vibee.session.MisconfiguredException;
import io.vibee.session.ReadOnlyStoreException;
import io.vibee.session.SessionException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.jdbc.AutoSave;

/** Owns connections, transactions and the translation of errors; operations bring statements. */
public final class Jdbc {
  /**
   * Errors after which nothing was done and the transaction may be run again: serialization
   * failure, deadlock, and a named statement that the server has lost or whose result has changed,
   * which the driver recovers from by itself only outside transactions.
   */
  private static final Set<String> REPEATABLE =
      Set.of(SqlErrors.SERIALIZATION_FAILURE, "40P01", "26000", "0A000");

  private static final int ATTEMPTS = 5;

  private static final String NO_RIGHT = "42501";

  private final Connections connections;
  private final NamedStatements statements;
  private final @Nullable SessionSchema home;
  private final @Nullable String actor;
  private final boolean readOnly;
  private final @Nullable Guard guard;

  /**
   * Creates one that looks for the tables in each transaction; {@link #in} gives one that need not.
   */
  public Jdbc(Connections connections, NamedStatements statements) {
    this(connections, statements, null, null, false, null);
  }

  private Jdbc(
      Connections connections,
      NamedStatements statements,
      @Nullable SessionSchema home,
      @Nullable String actor,
      boolean readOnly,
      @Nullable Guard guard) {
    this.connections = connections;
    this.statements = statements;
    this.home = home;
    this.actor = actor;
    this.readOnly = readOnly;
    this.guard = guard;
  }

  /** Returns a copy whose changes are logged under somebody's name. */
  public Jdbc actingAs(String name) {
    return new Jdbc(connections, statements, home, name, readOnly, guard);
  }

  /** Returns a copy that writes nothing. */
  public Jdbc readingOnly() {
    return new Jdbc(connections, statements, home, actor, true, guard);
  }

  /** Tells whether it writes nothing. */
  public boolean isReadOnly() {
    return readOnly;
  }

  /** Returns a copy that knows which schema holds the tables. */
  public Jdbc in(SessionSchema schema) {
    return new Jdbc(connections, statements, schema, actor, readOnly, guard);
  }

  /**
   * Returns a copy that refuses a connection already in use, since some data sources have only that
   * one.
   */
  public Jdbc excluding(Connection inUse) throws SQLException {
    return new Jdbc(connections.otherThan(inUse), statements, home, actor, readOnly, guard);
  }

  /** Returns a copy that asks, before it commits a change, whether it may. */
  public Jdbc guardedBy(Guard check) {
    return new Jdbc(connections, statements, home, actor, readOnly, check);
  }

  /** Throws if what was written in a transaction may not be committed. */
  @FunctionalInterface
  public interface Guard {
    void check(Tx tx) throws SQLException;
  }

  /** Runs statements in a transaction that has begun. */
  @FunctionalInterface
  public interface Work<T> {
    T run(Tx tx) throws SQLException;
  }

  /** Runs statements on a connection as it comes. */
  @FunctionalInterface
  public interface Use<T> {
    T run(Connection connection) throws SQLException;
  }

  /** Runs work that changes nothing, in one transaction; again if that lost to another. */
  public <T> T read(Work<T> work) {
    return retrying(() -> transaction(reading(), false, work));
  }

  /**
   * Runs work whose only effects are in the database, in one transaction; again if that lost to
   * another.
   *
   * @throws ReadOnlyStoreException before it connects, if this one writes nothing
   */
  public <T> T write(Work<T> work) {
    if (readOnly) throw new ReadOnlyStoreException();
    return retrying(() -> transaction(Prelude.READ_COMMITTED, true, work));
  }

  /**
   * Runs one statement that changes something and is a transaction of its own, in one round trip:
   * nobody who is stopped in between keeps what it has locked. It comes without a {@link Prelude},
   * so it must name the schema of all that it mentions, types too, use no operators, and call
   * functions that pin all else themselves, also how long they wait for locks.
   *
   * @throws ReadOnlyStoreException before it connects, if this one writes nothing
   */
  public <T> T call(Work<T> statement) {
    if (readOnly) throw new ReadOnlyStoreException();
    return ask(
        tx -> {
          try {
            return statement.run(tx);
          } catch (SQLException e) {
            if (SqlErrors.leavesOutcomeOpen(e)) throw SqlErrors.outcomeUnknown(e);
            throw e;
          }
        });
  }

  /**
   * Runs one statement that changes nothing, in one round trip, under the rules of {@link #call}.
   */
  public <T> T ask(Work<T> statement) {
    SessionSchema schema = Objects.requireNonNull(home, "home");
    return retrying(
        () -> on(true, connection -> statement.run(new Tx(connection, schema, statements))));
  }

  private Prelude reading() {
    return readOnly ? Prelude.READ_ONLY : Prelude.READ_COMMITTED;
  }

  /**
   * Runs work in autocommit mode, with the connection's own settings instead of a {@link Prelude}.
   */
  public <T> T withoutTransaction(Use<T> use) {
    return retrying(() -> on(true, use));
  }

  @FunctionalInterface
  private interface Attempt<T> {
    T run() throws SQLException;
  }

  private <T> T retrying(Attempt<T> attempt) {
    for (int count = 1; ; count++) {
      try {
        return attempt.run();
      } catch (SQLException e) {
        if (count == ATTEMPTS || !REPEATABLE.contains(SqlErrors.state(e))) {
          throw translate(e);
        }
      }
    }
  }

  /**
   * Translates an error that ended a transaction. A refusal for lack of a right takes a new
   * transaction, which can tell whether row level security is the reason.
   */
  public SessionException translate(SQLException error) {
    if (SqlErrors.state(error).equals(NO_RIGHT)) {
      try {
        Optional<SessionException> hidden =
            transaction(reading(), false, tx -> HiddenRows.find(tx, error));
        if (hidden.isPresent()) return hidden.get();
      } catch (SQLException | SessionException e) {
        // The refusal says enough.
      }
    }
    return SqlErrors.translate(error);
  }

  /**
   * Runs reads in one transaction and never repeats them, since rows are handed over as they are
   * read.
   */
  public <T> T readOnce(Prelude prelude, Work<T> work) throws SQLException {
    return transaction(prelude, false, work);
  }

  private <T> T transaction(Prelude prelude, boolean writes, Work<T> work) throws SQLException {
    return on(
        false,
        connection -> {
          try {
            Tx tx = begin(connection, prelude, writes);
            T result = work.run(tx);
            if (writes && guard != null) guard.check(tx);
            if (writes) commit(connection);
            else connection.commit();
            return result;
          } catch (SQLException | RuntimeException | Error e) {
            rollback(connection, e);
            throw e;
          }
        });
  }

  /**
   * Commits. The server undoes whatever fails before; only here may a change be made without our
   * learning of it.
   */
  private static void commit(Connection connection) throws SQLException {
    try {
      connection.commit();
    } catch (SQLException e) {
      if (SqlErrors.leavesOutcomeOpen(e)) throw SqlErrors.outcomeUnknown(e);
      throw e;
    }
  }

  private Tx begin(Connection connection, Prelude prelude, boolean writes) throws SQLException {
    @Nullable SessionSchema schema = home;
    if (schema == null) {
      execute(connection, reading().first());
      schema = SessionSchema.find(connection);
    }
    boolean triggersFire = prelude.send(connection, statements, actor);
    if (writes && !triggersFire) throw triggersAreOff();
    return new Tx(connection, schema, statements);
  }

  private static MisconfiguredException triggersAreOff() {
    return new MisconfiguredException(
        "session_replication_role is \"replica\", so triggers would neither encrypt nor log what is"
            + " written: find where it is set (\\drds in psql), and run ALTER DATABASE ... RESET"
            + " session_replication_role, or the same for the role; reading works");
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private <T> T on(boolean autoCommit, Use<T> use) throws SQLException {
    Connection connection = connect();
    try {
      boolean before = connection.getAutoCommit();
      if (before != autoCommit) connection.setAutoCommit(autoCommit);
      try {
        return autoCommit ? use.run(connection) : withoutAutosave(connection, use);
      } finally {
        if (before != autoCommit) restore(connection, before);
      }
    } finally {
      close(connection);
    }
  }

  /** Closes the connection and ignores errors: what was committed stays committed. */
  private static void close(Connection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      // The connection is given up either way.
    }
  }

  /**
   * Switches off the driver's own savepoints: they would precede what must come first in a
   * transaction, and repair nothing that running the work again does not.
   */
  private static <T> T withoutAutosave(Connection connection, Use<T> use) throws SQLException {
    if (!connection.isWrapperFor(PGConnection.class)) return use.run(connection);
    PGConnection driver = connection.unwrap(PGConnection.class);
    AutoSave before = driver.getAutosave();
    driver.setAutosave(AutoSave.NEVER);
    try {
      return use.run(connection);
    } finally {
      driver.setAutosave(before);
    }
  }

  /** Takes a connection as it comes, or explains why there is none. The caller closes it. */
  private Connection connect() {
    try {
      return connections.connect();
    } catch (SQLException e) {
      throw SqlErrors.translate(e);
    }
  }

  private static void restore(Connection connection, boolean autoCommit) {
    try {
      connection.setAutoCommit(autoCommit);
    } catch (SQLException e) {
      // The connection is broken: what was already thrown says more, and the pool discards it.
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
