package io.vibee.session.benchmarks;

import io.vibee.session.ChangeCursor;
import io.vibee.session.Changes;
import io.vibee.session.Lease;
import io.vibee.session.RegisteredAgent;
import io.vibee.session.SessionChanges;
import io.vibee.session.SessionLeases;
import io.vibee.session.jdbc.JdbcSessionStore;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Measures what agents that have nothing to do ask of the server: they beat and read the feed, at
 * the suggested pace, each time at another moment. One process plays all of them.
 */
final class FleetIdle {
  private static final int AGENTS = 100;
  private static final Duration BEAT = Duration.ofSeconds(5);
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration WARM_UP = Duration.ofSeconds(2);
  private static final Duration RUN = Duration.ofSeconds(12);
  private static final String DATABASE = "idle_fleet";

  /** Connections of the process, each with its thread; as many as the store's pool has. */
  private static final int CONNECTIONS = 4;

  /** All that clients sent to that database; what they began before they were counted is not. */
  private static final String STATEMENTS =
      """
      select coalesce(sum(calls), 0) from pg_stat_statements
       where dbid = (select oid from pg_database where datname = '%s')
      """
          .formatted(DATABASE);

  private static final String WAL =
      "select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint";

  private final Database server;
  private final FleetDatabases databases;
  private final int sessions;
  private final List<RegisteredAgent> agents = new ArrayList<>();
  private final List<Used> all = Stream.of(Way.values()).map(Used::new).toList();

  private enum Way {
    NOTHING("`select 1`, as often"),
    BY_HAND("leases renewed by hand, `select 1` as poll"),
    BEATS("beats, `select 1` as poll"),
    FLEET("beats and feed");

    private final String name;

    Way(String name) {
      this.name = name;
    }
  }

  FleetIdle(Database server, FleetDatabases databases, int sessions) {
    this.server = server;
    this.databases = databases;
    this.sessions = sessions / AGENTS * AGENTS;
  }

  /** Lets the ways take turns, the other way round in every second round, and prints. */
  void measure(int rounds) throws Exception {
    fill();
    server.execute("create extension if not exists pg_stat_statements");
    server.execute("alter database " + DATABASE + " set pg_stat_statements.track = 'top'");
    for (Used used : all) used.statements = count(used.way);
    server.execute("alter database " + DATABASE + " reset pg_stat_statements.track");
    ServerTime time = new ServerTime(server);
    for (int round = 0; round < rounds; round++) {
      List<Used> order = new ArrayList<>(all);
      if (round % 2 == 1) Collections.reverse(order);
      for (Used used : order) {
        databases.settle(DATABASE);
        run(used, time);
      }
      System.err.println("idle agents: round " + (round + 1) + " of " + rounds);
    }
    print();
  }

  private void fill() {
    databases.create(DATABASE, sessions);
    int share = sessions / AGENTS;
    try (JdbcSessionStore store = JdbcSessionStore.open(server.url(DATABASE))) {
      SessionLeases leases = store.as(SessionLeases.class).orElseThrow();
      for (int number = 0; number < AGENTS; number++) {
        RegisteredAgent agent =
            leases.register(FleetDatabases.registration(number), FleetDatabases.newBeat());
        List<Lease> claimed = leases.claim(agent.agentId(), share, agent.world().timeline());
        if (claimed.size() != share) throw new IllegalStateException("claimed " + claimed.size());
        agents.add(agent);
      }
    }
    server.execute(
        DATABASE,
        "update leases_by_hand set owner = (split_part(session_id, '_', 2)::integer - 1) / "
            + share);
    server.execute(DATABASE, "vacuum full");
  }

  private double count(Way way) throws Exception {
    try (Fleet fleet = open(way)) {
      fleet.clock.start();
      Thread.sleep(WARM_UP.toMillis());
      server.execute("select pg_stat_statements_reset()");
      long start = System.nanoTime();
      Thread.sleep(BEAT.toMillis());
      double counted = Double.parseDouble(server.value("postgres", STATEMENTS));
      return counted / ((System.nanoTime() - start) / 1e9);
    }
  }

  private void run(Used used, ServerTime time) throws Exception {
    try (Fleet fleet = open(used.way)) {
      fleet.clock.start();
      Thread.sleep(WARM_UP.toMillis());
      double walBefore = wal();
      Thread.sleep(200); // until the server has done with the connection that asked
      double before = time.seconds();
      long start = System.nanoTime();
      Thread.sleep(RUN.toMillis());
      double seconds = (System.nanoTime() - start) / 1e9;
      used.share.add((time.seconds() - before) / seconds);
      used.wal.add((wal() - walBefore) / 1e3 / seconds);
    }
  }

  private double wal() {
    return Double.parseDouble(server.value("postgres", WAL));
  }

  /** Connects one process that plays all agents. */
  private Fleet open(Way way) throws SQLException {
    List<Connection> connections = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) connections.add(server.connect(DATABASE));
    JdbcSessionStore store = JdbcSessionStore.open(server.url(DATABASE));
    Agenda.Call selectOne = (agent, thread) -> selectOne(connections.get(thread));
    Agenda.Call renewal =
        (agent, thread) -> {
          int renewed = new HandWrittenLeases(connections.get(thread)).renew(agent);
          if (renewed != sessions / AGENTS) throw new IllegalStateException("renewed " + renewed);
        };
    return new Fleet(
        switch (way) {
          case NOTHING -> agenda(selectOne, selectOne);
          case BY_HAND -> agenda(renewal, selectOne);
          case BEATS -> agenda(beat(store), selectOne);
          case FLEET -> agenda(beat(store), poll(store));
        },
        () -> {
          store.close();
          for (Connection connection : connections) connection.close();
        });
  }

  private Agenda.Call beat(JdbcSessionStore store) {
    SessionLeases leases = store.as(SessionLeases.class).orElseThrow();
    return (agent, thread) -> FleetDatabases.beat(leases, agents.get(agent));
  }

  private static Agenda.Call poll(JdbcSessionStore store) {
    SessionChanges changes = store.as(SessionChanges.class).orElseThrow();
    List<ChangeCursor> cursors =
        Collections.synchronizedList(new ArrayList<>(Collections.nCopies(AGENTS, changes.start())));
    return (agent, thread) -> {
      Changes told = changes.since(cursors.get(agent));
      if (told.everything()) throw new IllegalStateException("everything changed");
      cursors.set(agent, told.cursor());
    };
  }

  private static Agenda agenda(Agenda.Call beat, Agenda.Call poll) {
    Agenda agenda = new Agenda(CONNECTIONS);
    agenda.add(AGENTS, BEAT, beat);
    agenda.add(AGENTS, POLL, poll);
    return agenda;
  }

  private static void selectOne(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement("select 1")) {
      statement.execute();
    }
  }

  private void print() {
    System.out.printf(
        Locale.ROOT,
        "%n| %d idle agents that hold %,d sessions | the server's time relative to `select 1` |"
            + " share of a core | statements a second | WAL |%n",
        AGENTS,
        sessions);
    System.out.println("| --- | --- | --- | --- | --- |");
    List<Double> reference = all.get(0).share;
    for (Used used : all) {
      System.out.printf(
          Locale.ROOT,
          "| %s | %s | %s | %,.0f | %s |%n",
          used.way.name,
          used == all.get(0) ? "1" : Spread.ofRatios(used.share, reference).in("×"),
          Spread.of(used.share).times(100).in("%"),
          used.statements,
          Spread.of(used.wal).in("kB/s"));
    }
  }

  private interface Closing {
    void close() throws SQLException;
  }

  /** Agents and their connections. */
  private record Fleet(Agenda clock, Closing connections) implements AutoCloseable {
    @Override
    public void close() throws SQLException {
      try {
        clock.close();
      } finally {
        connections.close();
      }
    }
  }

  /** What a way took of a core in each round, and wrote to the WAL. */
  private static final class Used {
    private final Way way;
    private final List<Double> share = new ArrayList<>();
    private final List<Double> wal = new ArrayList<>();
    private double statements;

    Used(Way way) {
      this.way = way;
    }
  }
}
