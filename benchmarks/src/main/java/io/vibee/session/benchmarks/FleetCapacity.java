package io.vibee.session.benchmarks;

import io.vibee.session.ChangeCursor;
import io.vibee.session.Lease;
import io.vibee.session.RegisteredAgent;
import io.vibee.session.SessionChanges;
import io.vibee.session.SessionLeases;
import io.vibee.session.jdbc.JdbcSessionStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Measures what a database of many sessions takes on the disk, and what its server does for each
 * beat, poll and claim of many agents, which hold all of them.
 */
final class FleetCapacity {
  /** How many sessions, and how many agents share them. */
  private record Size(int sessions, int agents) {}

  private static final List<Size> SIZES =
      List.of(
          new Size(100_000, 10),
          new Size(1_000_000, 100),
          new Size(1_000_000, 1_000),
          new Size(10_000_000, 1_000));

  private static final Duration RUN = Duration.ofSeconds(3);
  private static final int BATCH = 2_500;

  /** As many as there are cores: the claims are not what is measured, but most of them. */
  private static final int CLAIMERS = 2;

  private static final String BYTES =
      "select pg_total_relation_size('%1$s') || ' ' || pg_indexes_size('%1$s')";

  private static final String WAL =
      "select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint";

  private final Database server;
  private final FleetDatabases databases;
  private final Size size;
  private final String database;
  private final List<RegisteredAgent> agents = new ArrayList<>();

  private FleetCapacity(Database server, FleetDatabases databases, Size size) {
    this.server = server;
    this.databases = databases;
    this.size = size;
    this.database = "capacity_" + size.sessions + "_" + size.agents;
  }

  /**
   * Measures and prints.
   *
   * @param most the most sessions: larger fleets are left out
   */
  static void measure(Database server, FleetDatabases databases, int most, int rounds) {
    List<String> disk = new ArrayList<>();
    List<String> calls = new ArrayList<>();
    for (Size size : SIZES) {
      if (size.sessions > most) continue;
      FleetCapacity one = new FleetCapacity(server, databases, size);
      one.measure(disk, calls, rounds);
      server.execute("drop database " + one.database + " (force)");
      System.err.println("capacity: " + size);
    }
    System.out.println(
        "\n| sessions | agents | bytes of a session on the disk | of them its indexes |"
            + " of its lease | of them its indexes | claimed, a second |");
    System.out.println("| --- | --- | --- | --- | --- | --- | --- |");
    disk.forEach(System.out::println);
    System.out.println(
        "\n| sessions | agents | the server's time for a beat | until it is answered |"
            + " the server's time for a poll | until it is answered | WAL of a beat |");
    System.out.println("| --- | --- | --- | --- | --- | --- | --- |");
    calls.forEach(System.out::println);
  }

  private void measure(List<String> disk, List<String> calls, int rounds) {
    databases.createFleet(database, size.sessions);
    try (JdbcSessionStore store = JdbcSessionStore.open(server.url(database))) {
      SessionLeases leases = store.as(SessionLeases.class).orElseThrow();
      for (int number = 0; number < size.agents; number++) {
        agents.add(leases.register(FleetDatabases.registration(number), FleetDatabases.newBeat()));
      }
      long begun = System.nanoTime();
      claimAll(leases);
      double claims = size.sessions / ((System.nanoTime() - begun) / 1e9);
      databases.settle(database);
      disk.add(disk(claims));
      SessionChanges changes = store.as(SessionChanges.class).orElseThrow();
      ChangeCursor cursor = changes.since(changes.start()).cursor();
      Cost beat = new Cost();
      Cost poll = new Cost();
      for (int round = 0; round <= rounds; round++) {
        if (round == 1) {
          beat = new Cost();
          poll = new Cost();
        }
        run(beat, number -> FleetDatabases.beat(leases, agents.get(number % size.agents)));
        run(poll, number -> changes.since(cursor));
      }
      calls.add(
          String.format(
              Locale.ROOT,
              "| %,d | %,d | %s | %s | %s | %s | %s |",
              size.sessions,
              size.agents,
              Spread.of(beat.server).in("ms"),
              Spread.of(beat.answer).in("ms"),
              Spread.of(poll.server).in("ms"),
              Spread.of(poll.answer).in("ms"),
              Spread.of(beat.kilobytes).in("kB")));
    }
  }

  private void claimAll(SessionLeases leases) {
    int share = size.sessions / size.agents;
    IntStream.range(0, CLAIMERS)
        .parallel()
        .forEach(
            claimer -> {
              for (int i = claimer; i < size.agents; i += CLAIMERS) {
                RegisteredAgent agent = agents.get(i);
                for (int held = 0; held < share; ) {
                  List<Lease> claimed =
                      leases.claim(
                          agent.agentId(), Math.min(BATCH, share - held), agent.world().timeline());
                  if (claimed.isEmpty()) throw new IllegalStateException("claimed " + held);
                  held += claimed.size();
                }
              }
            });
  }

  private String disk(double claims) {
    return String.format(
        Locale.ROOT,
        "| %,d | %,d | %s | %s | %,.0f |",
        size.sessions,
        size.agents,
        bytes("user_sessions"),
        bytes("session_leases"),
        claims);
  }

  private String bytes(String table) {
    String[] all = server.value(database, BYTES.formatted(table)).split(" ", -1);
    return String.format(
        Locale.ROOT,
        "%,.0f | %,.0f",
        Double.parseDouble(all[0]) / size.sessions,
        Double.parseDouble(all[1]) / size.sessions);
  }

  private interface Call {
    void run(int number);
  }

  /** Repeats a call for a while, one after the other. */
  private void run(Cost cost, Call call) {
    ServerTime time = new ServerTime(server);
    List<Double> millis = new ArrayList<>();
    double walBefore = wal();
    double before = time.seconds();
    long end = System.nanoTime() + RUN.toNanos();
    while (System.nanoTime() < end) {
      long start = System.nanoTime();
      call.run(millis.size());
      millis.add((System.nanoTime() - start) / 1e6);
    }
    cost.server.add((time.seconds() - before) * 1e3 / millis.size());
    cost.answer.add(Spread.of(millis).median());
    cost.kilobytes.add((wal() - walBefore) / 1e3 / millis.size());
  }

  private double wal() {
    return Double.parseDouble(server.value("postgres", WAL));
  }

  /** What a call took in each round. */
  private static final class Cost {
    private final List<Double> server = new ArrayList<>();
    private final List<Double> answer = new ArrayList<>();
    private final List<Double> kilobytes = new ArrayList<>();
  }
}
