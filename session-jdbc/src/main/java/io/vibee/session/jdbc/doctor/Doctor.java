package io.vibee.session.jdbc.doctor;

import io.vibee.session.Finding;
import io.vibee.session.ManagedSessionStore;
import io.vibee.session.jdbc.seal.HashSealer;
import io.vibee.session.jdbc.url.DatabaseUrl;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes all checks of a database, one after another; one that fails does not prevent the next. Uses
 * its own connection, in read-only transactions with a {@code search_path} of {@code pg_catalog}.
 * Waits 10 seconds for a connection to a URL, 50 seconds for a statement, 5 seconds for a lock.
 * Thread-safe.
 */
public final class Doctor {
  private final Supplier<ConnectionChecks> connections;
  private final @Nullable HashSealer sealer;

  private Doctor(Supplier<ConnectionChecks> connections, @Nullable HashSealer sealer) {
    this.connections = connections;
    this.sealer = sealer;
  }

  /**
   * Creates a doctor for the database that a URL names.
   *
   * @param url the database
   * @param sealer the keys that this process holds; null for none
   * @return the doctor, which has not connected yet
   */
  public static Doctor of(DatabaseUrl url, @Nullable HashSealer sealer) {
    return new Doctor(() -> ConnectionChecks.to(url), sealer);
  }

  /**
   * Creates a doctor for the database that a caller's connections lead to; they are returned with
   * the settings that they came with. Checks that need a URL are skipped.
   *
   * @param connections supplies one, or throws a {@link io.vibee.session.SessionException}
   * @param sealer the keys that this process holds; null for none
   * @return the doctor, which has not connected yet
   */
  public static Doctor over(Supplier<Connection> connections, @Nullable HashSealer sealer) {
    return new Doctor(() -> ConnectionChecks.by(connections), sealer);
  }

  /**
   * Makes the checks.
   *
   * @param schema checks version and key as the store does, but without the keys of this process
   * @param store the store over the same database, whose sessions are read
   * @param listener told of each finding as it comes
   * @param progress told how many sessions were read; null to read none
   */
  public void examine(
      Runnable schema,
      ManagedSessionStore store,
      Consumer<? super Finding> listener,
      @Nullable LongConsumer progress) {
    Report findings = new Report(listener);
    try (ConnectionChecks connection = connections.get()) {
      if (!connection.open(findings) || !connection.allowsTransactions(findings)) return;
      Round round = new Round(Queries.open(connection.get()), findings);
      round.ask("tls", connection::tls);
      round.ask("server", ConnectionChecks::server);
      round.ask(
          "standby", (sql, report) -> ConnectionChecks.standby(store.readOnly(), sql, report));
      round.ask("clock", ConnectionChecks::clock);
      round.ask("pgcrypto", PgcryptoChecks::extension);
      round.ask("weak-ciphers", PgcryptoChecks::weakCiphers);
      round.ask("tables", SchemaChecks::tables);
      round.ask("row-security", RowSecurityCheck::check);
      round.ask("schema", (sql, report) -> SchemaChecks.version(schema, sql, report));
      round.ask("objects", SchemaChecks::objects);
      round.ask("triggers", TriggerChecks::triggers);
      round.ask("replica-role", TriggerChecks::replicaRole);
      round.ask("functions", FunctionChecks::functions);
      round.ask("attachments", AttachmentsCheck::check);
      round.ask("sequences", SequenceCheck::check);
      round.ask("rights", RoleChecks::rights);
      round.ask("role", RoleChecks::power);
      round.ask("grants", GrantsCheck::check);
      round.ask("access", AccessChecks::tables);
      round.ask("schema-grants", AccessChecks::schema);
      round.ask("operators", FunctionChecks::operators);
      round.ask("key", (sql, report) -> KeyChecks.current(sealer, sql, report));
      round.ask("earlier-keys", KeyChecks::earlier);
      round.ask("cipher", SessionChecks::cipher);
      if (progress != null) {
        round.ask("sessions", (sql, report) -> SessionChecks.read(store, progress, sql, report));
      }
      round.ask("fleet", FleetChecks::agents);
      round.ask("leases", FleetChecks::leases);
      round.ask("server-log", ServerLogCheck::check);
    } catch (SQLException e) {
      findings.failed("connection", e);
    }
  }

  /** A check that asks the database. */
  @FunctionalInterface
  private interface Check {
    void make(Queries sql, Report findings) throws SQLException;
  }

  private record Round(Queries sql, Report findings) {
    void ask(String name, Check check) {
      try {
        sql.ask(() -> check.make(sql, findings));
      } catch (SQLException e) {
        String state = String.valueOf(e.getSQLState());
        // A table, column or function is missing: the schema's own check has said so.
        if (state.equals("3F000")) {
          findings.skipped(name, "there are no tables");
        } else if (state.matches("42P01|42703|42883")) {
          findings.skipped(name, "the tables are not as they should be");
        } else {
          findings.failed(name, e);
        }
      } catch (RuntimeException e) {
        if (findings.isOfListener(e)) throw e;
        findings.failed(name, e);
      }
    }
  }
}
