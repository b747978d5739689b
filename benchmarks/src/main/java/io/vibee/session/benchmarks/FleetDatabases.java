package io.vibee.session.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vibee.session.AgentHealth;
import io.vibee.session.AgentRegistration;
import io.vibee.session.FleetAgent;
import io.vibee.session.RegisteredAgent;
import io.vibee.session.SessionLeases;
import io.vibee.session.jdbc.SessionMigrations;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;

/** Starts a server for a fleet, and makes its databases, with sessions that nobody holds. */
final class FleetDatabases {
  /**
   * The embedded server does not wait for the disk unless it is told to, and what an agent relies
   * on must be there. Statements are counted only when somebody asks.
   */
  private static final Map<String, String> SETTINGS =
      Map.of(
          "fsync", "on",
          "synchronous_commit", "on",
          "shared_preload_libraries", "pg_stat_statements",
          "pg_stat_statements.track", "none");

  private final Database server;
  private final LoadingDatabases sessions;

  FleetDatabases(Database server) {
    this.server = server;
    this.sessions = new LoadingDatabases(server);
  }

  /** Starts a server that waits for the disk, as one in use does. */
  static Database start() throws IOException {
    Database server = new Database(SETTINGS);
    for (String setting : new String[] {"fsync", "synchronous_commit"}) {
      if (!server.value("postgres", "show " + setting).equals("on")) {
        server.close();
        throw new IllegalStateException(setting + " is off");
      }
    }
    return server;
  }

  /** Makes one with the fleet's tables, and with those that one would write by hand. */
  void create(String database, int count) {
    createFleet(database, count);
    server.execute(database, HandWrittenLeases.TABLE);
    settle(database);
  }

  /** Makes one with the fleet's tables. */
  void createFleet(String database, int count) {
    createWithoutFleet(database, count);
    addFleet(database);
  }

  /** Makes one with the tables of the first migration alone. */
  void createWithoutFleet(String database, int count) {
    server.create(database);
    server.execute(database, read("001_user_sessions.sql"));
    sessions.fill(database, count);
    settle(database);
  }

  /** Runs all migrations: the sessions that are there get their leases. */
  void addFleet(String database) {
    SessionMigrations.migrate(server.url(database));
    settle(database);
  }

  /** Leaves no dead rows to the next run, and nothing to write for this one. */
  void settle(String database) {
    server.execute(database, "vacuum analyze");
    server.execute(database, "checkpoint");
  }

  /** Makes a registration of an agent that has room for all. */
  static AgentRegistration registration(int number) {
    return AgentRegistration.builder("agent " + number, Duration.ofMinutes(1), Integer.MAX_VALUE)
        .build();
  }

  /** Draws a number for a beat: random, as those of agents are. */
  static long newBeat() {
    return ThreadLocalRandom.current().nextLong();
  }

  /** Beats once, and returns the agents of the fleet. */
  static List<FleetAgent> beat(SessionLeases leases, RegisteredAgent agent) {
    return leases
        .beat(agent.agentId(), newBeat(), AgentHealth.STARTING)
        .orElseThrow(() -> new IllegalStateException("an agent has ended"))
        .agents();
  }

  private static String read(String migration) {
    String name = "/io/vibee/session/migrations/" + migration;
    try (InputStream file = SessionMigrations.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(file, name).readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
