package io.vibee.session.benchmarks;

import io.vibee.session.Lease;
import io.vibee.session.RegisteredAgent;
import io.vibee.session.SessionLeases;
import io.vibee.session.jdbc.JdbcSessionStore;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * Measures a beat of one agent, which holds all the sessions of its database, relative to one
 * UPDATE by hand that renews as many leases.
 */
final class FleetBeats implements AutoCloseable {
  private static final Duration RUN = Duration.ofSeconds(1);
  private static final int AT_LEAST = 5;
  private static final int BATCH = 2_500;
  private static final long OWNER = 1;

  private static final String WAL =
      "select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint";

  private final String database;
  private final int sessions;
  private final JdbcSessionStore store;
  private final SessionLeases leases;
  private final RegisteredAgent agent;
  private final Connection byHand;
  private final Connection observer;
  private final Costs beats = new Costs();
  private final Costs renewals = new Costs();

  private FleetBeats(Database server, FleetDatabases databases, int sessions) throws SQLException {
    this.database = "beats_" + sessions;
    this.sessions = sessions;
    databases.create(database, sessions);
    store = JdbcSessionStore.open(server.url(database));
    leases = store.as(SessionLeases.class).orElseThrow();
    agent = leases.register(FleetDatabases.registration(1), FleetDatabases.newBeat());
    int held = 0;
    while (held < sessions) {
      List<Lease> claimed =
          leases.claim(agent.agentId(), Math.min(BATCH, sessions - held), agent.world().timeline());
      if (claimed.isEmpty()) throw new IllegalStateException("claimed " + held);
      held += claimed.size();
    }
    server.execute(database, "update leases_by_hand set owner = " + OWNER);
    server.execute(database, "vacuum full leases_by_hand");
    byHand = server.connect(database);
    observer = server.connect(database);
  }

  /** Measures agents of some sizes in turns, and prints. */
  static void measure(Database server, FleetDatabases databases, List<Integer> sizes, int rounds)
      throws SQLException {
    List<FleetBeats> all = new ArrayList<>();
    try {
      for (int sessions : sizes) all.add(new FleetBeats(server, databases, sessions));
      for (int round = 0; round <= rounds; round++) {
        List<FleetBeats> order = new ArrayList<>(all);
        if (round % 2 == 1) Collections.reverse(order);
        for (FleetBeats one : order) {
          databases.settle(one.database);
          one.round(round);
        }
        System.err.println("beats: round " + round + " of " + rounds);
      }
      print(all);
    } finally {
      for (FleetBeats one : all) one.close();
    }
  }

  private interface Call {
    int run() throws SQLException;
  }

  /** The first round warms up. */
  private void round(int round) throws SQLException {
    if (round == 1) {
      beats.clear();
      renewals.clear();
    }
    HandWrittenLeases handWritten = new HandWrittenLeases(byHand);
    Call renewal = () -> handWritten.renew(OWNER);
    if (round % 2 == 0) run(renewals, renewal);
    run(beats, this::beat);
    if (round % 2 == 1) run(renewals, renewal);
  }

  private int beat() {
    return FleetDatabases.beat(leases, agent).get(0).held();
  }

  /**
   * Repeats a call for a while. Its figures are medians: what comes first after a checkpoint writes
   * whole pages to the WAL, and the server itself may write to it at any moment.
   */
  private void run(Costs costs, Call call) throws SQLException {
    List<Double> millis = new ArrayList<>();
    List<Double> kilobytes = new ArrayList<>();
    long end = System.nanoTime() + RUN.toNanos();
    while (millis.size() < AT_LEAST || System.nanoTime() < end) {
      long walBefore = wal();
      long start = System.nanoTime();
      int renewed = call.run();
      millis.add((System.nanoTime() - start) / 1e6);
      kilobytes.add((wal() - walBefore) / 1e3);
      if (renewed != sessions) throw new IllegalStateException("renewed " + renewed);
    }
    costs.millis.add(Spread.of(millis).median());
    costs.kilobytes.add(Spread.of(kilobytes).median());
  }

  private long wal() throws SQLException {
    try (PreparedStatement statement = observer.prepareStatement(WAL);
        ResultSet row = statement.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  private static void print(List<FleetBeats> all) {
    System.out.printf(
        "%n| an agent's sessions | a beat relative to one UPDATE by hand | relative to that of %s |"
            + " a beat | by hand | WAL of a beat | WAL by hand | WAL relative |%n",
        String.format(Locale.ROOT, "%,d", all.get(0).sessions));
    System.out.println("| --- | --- | --- | --- | --- | --- | --- | --- |");
    Costs first = all.get(0).beats;
    for (FleetBeats one : all) {
      System.out.printf(
          Locale.ROOT,
          "| %,d | %s | %s | %s | %s | %s | %s | %s |%n",
          one.sessions,
          Spread.ofRatios(one.beats.millis, one.renewals.millis).in("×"),
          one.beats == first ? "1" : Spread.ofRatios(one.beats.millis, first.millis).in("×"),
          Spread.of(one.beats.millis).in("ms"),
          Spread.of(one.renewals.millis).in("ms"),
          Spread.of(one.beats.kilobytes).in("kB"),
          Spread.of(one.renewals.kilobytes).in("kB"),
          Spread.ofRatios(one.beats.kilobytes, one.renewals.kilobytes).in("×"));
    }
  }

  @Override
  public void close() throws SQLException {
    store.close();
    byHand.close();
    observer.close();
  }

  /** What a call took in each round, and wrote to the WAL. */
  private static final class Costs {
    private final List<Double> millis = new ArrayList<>();
    private final List<Double> kilobytes = new ArrayList<>();

    void clear() {
      millis.clear();
      kilobytes.clear();
    }
  }
}
