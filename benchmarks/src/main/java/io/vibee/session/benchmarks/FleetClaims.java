package io.vibee.session.benchmarks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.vibee.session.Lease;
import io.vibee.session.RegisteredAgent;
import io.vibee.session.SessionLeases;
import io.vibee.session.jdbc.JdbcSessionStore;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * Measures how long it takes until agents that all begin at once own every session, each its fair
 * share, relative to a lease table by hand, and how long their beats take meanwhile.
 */
final class FleetClaims {
  private static final int AGENTS = 20;

  /** More often than agents would, so that there are enough of them while they claim. */
  private static final Duration BEAT = Duration.ofMillis(200);

  private static final Duration BEFORE = Duration.ofSeconds(1);
  private static final List<Integer> BATCHES = List.of(100, 1_000, 2_500);
  private static final String TEMPLATE = "claims_template";
  private static final String DATABASE = "claims";

  private final Database server;
  private final FleetDatabases databases;
  private final int sessions;
  private final int share;

  FleetClaims(Database server, FleetDatabases databases, int sessions) {
    this.server = server;
    this.databases = databases;
    this.share = sessions / AGENTS;
    this.sessions = share * AGENTS;
  }

  /** Measures in turns, each in a new copy of the same database, and prints. */
  void measure(int rounds) throws Exception {
    databases.create(TEMPLATE, sessions);
    List<Claims> all = BATCHES.stream().map(Claims::new).toList();
    for (int round = 0; round <= rounds; round++) {
      for (Claims claims : all) {
        if (round == 0 && claims != all.get(0)) continue; // one is enough to warm up
        if (round % 2 == 0) byHand(claims);
        byFleet(claims);
        if (round % 2 == 1) byHand(claims);
        if (round == 0) claims.clear();
      }
      System.err.println("claims: round " + round + " of " + rounds);
    }
    System.out.printf(
        Locale.ROOT,
        "%n| %d agents claim %,d sessions, at a time | relative to by hand | time | by hand |"
            + " sessions a second | slowest beat meanwhile | a beat before |%n",
        AGENTS,
        sessions);
    System.out.println("| --- | --- | --- | --- | --- | --- | --- |");
    for (Claims claims : all) claims.print(sessions);
  }

  private void byHand(Claims claims) throws Exception {
    copy();
    List<Connection> connections = new ArrayList<>();
    try {
      for (int i = 0; i < AGENTS; i++) connections.add(server.connect(DATABASE));
      long start = System.nanoTime();
      List<List<String>> owned =
          together(
              agent -> {
                HandWrittenLeases leases = new HandWrittenLeases(connections.get(agent));
                List<String> own = new ArrayList<>();
                while (own.size() < share) {
                  own.addAll(leases.claim(agent, Math.min(claims.batch, share - own.size())));
                }
                return own;
              });
      claims.byHand.add((System.nanoTime() - start) / 1e6);
      requireOneOwner(owned);
    } finally {
      for (Connection connection : connections) connection.close();
    }
  }

  private void byFleet(Claims claims) throws Exception {
    copy();
    // Beats have connections of their own, as those of agents do.
    try (HikariDataSource toClaim = pool();
        HikariDataSource toBeat = pool();
        JdbcSessionStore claiming = JdbcSessionStore.over(toClaim);
        JdbcSessionStore beating = JdbcSessionStore.over(toBeat)) {
      SessionLeases leases = claiming.as(SessionLeases.class).orElseThrow();
      List<RegisteredAgent> agents =
          together(
              agent ->
                  leases.register(FleetDatabases.registration(agent), FleetDatabases.newBeat()));
      await(toClaim);
      await(toBeat);
      SessionLeases beats = beating.as(SessionLeases.class).orElseThrow();
      List<Double> before = beatsDuring(beats, agents, () -> Thread.sleep(BEFORE.toMillis()));
      claims.beatsBefore.add(Spread.of(before).median());
      List<List<String>> owned = new ArrayList<>();
      List<Double> meanwhile =
          beatsDuring(
              beats,
              agents,
              () -> {
                long start = System.nanoTime();
                owned.addAll(together(agent -> claim(leases, agents.get(agent), claims.batch)));
                claims.byFleet.add((System.nanoTime() - start) / 1e6);
              });
      claims.slowestBeats.add(Spread.of(meanwhile).most());
      requireOneOwner(owned);
      requireSameInDatabase(leases, agents, owned);
    }
  }

  private List<String> claim(SessionLeases leases, RegisteredAgent agent, int batch) {
    List<String> own = new ArrayList<>();
    while (own.size() < share) {
      for (Lease lease :
          leases.claim(
              agent.agentId(), Math.min(batch, share - own.size()), agent.world().timeline())) {
        own.add(lease.sessionId());
      }
    }
    return own;
  }

  private void copy() {
    server.execute("drop database if exists " + DATABASE + " with (force)");
    server.execute("create database " + DATABASE + " template " + TEMPLATE);
    server.execute("checkpoint");
  }

  private HikariDataSource pool() {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(server.jdbcUrl(DATABASE));
    config.setMaximumPoolSize(AGENTS);
    return new HikariDataSource(config);
  }

  /** Waits until all agents have a connection. */
  private static void await(HikariDataSource pool) throws InterruptedException {
    while (pool.getHikariPoolMXBean().getTotalConnections() < AGENTS) Thread.sleep(10);
  }

  private void requireOneOwner(List<List<String>> owned) {
    Set<String> distinct = new HashSet<>();
    owned.forEach(distinct::addAll);
    int all = owned.stream().mapToInt(Collection::size).sum();
    if (all != sessions || distinct.size() != sessions) {
      throw new IllegalStateException(all + " claims of " + distinct.size() + " sessions");
    }
  }

  private static void requireSameInDatabase(
      SessionLeases leases, List<RegisteredAgent> agents, List<List<String>> owned) {
    for (int i = 0; i < agents.size(); i++) {
      List<String> held =
          leases.held(agents.get(i).agentId(), agents.get(i).world().timeline()).stream()
              .map(Lease::sessionId)
              .toList();
      if (held.size() != owned.get(i).size() || !new HashSet<>(held).containsAll(owned.get(i))) {
        throw new IllegalStateException("agent " + i + " holds others than it was given");
      }
    }
  }

  private interface ForAgent<T> {
    T run(int agent) throws Exception;
  }

  /** Runs something for each agent at once, and waits for all of them. */
  private static <T> List<T> together(ForAgent<T> work) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(AGENTS);
    try {
      List<Callable<T>> calls =
          IntStream.range(0, AGENTS)
              .mapToObj(agent -> (Callable<T>) () -> work.run(agent))
              .toList();
      List<T> results = new ArrayList<>();
      for (Future<T> result : threads.invokeAll(calls)) results.add(result.get());
      return results;
    } finally {
      threads.shutdownNow();
    }
  }

  private interface Work {
    void run() throws Exception;
  }

  /** Returns how long each beat took that was sent while something else was done. */
  private static List<Double> beatsDuring(
      SessionLeases leases, List<RegisteredAgent> agents, Work work) throws Exception {
    List<Double> millis = Collections.synchronizedList(new ArrayList<>());
    try (Agenda beats = new Agenda(AGENTS)) {
      beats.add(
          AGENTS,
          BEAT,
          (agent, thread) -> {
            long start = System.nanoTime();
            FleetDatabases.beat(leases, agents.get(agent));
            millis.add((System.nanoTime() - start) / 1e6);
          });
      beats.start();
      work.run();
    }
    return List.copyOf(millis);
  }

  /** The rounds of claims of one size. */
  private static final class Claims {
    private final int batch;
    private final List<Double> byHand = new ArrayList<>();
    private final List<Double> byFleet = new ArrayList<>();
    private final List<Double> slowestBeats = new ArrayList<>();
    private final List<Double> beatsBefore = new ArrayList<>();

    Claims(int batch) {
      this.batch = batch;
    }

    void clear() {
      for (List<Double> rounds : List.of(byHand, byFleet, slowestBeats, beatsBefore)) {
        rounds.clear();
      }
    }

    void print(int sessions) {
      List<Double> rates = byFleet.stream().map(millis -> sessions / millis * 1e3).toList();
      System.out.printf(
          Locale.ROOT,
          "| %,d | %s | %s | %s | %,.0f | %s | %s |%n",
          batch,
          Spread.ofRatios(byFleet, byHand).in("×"),
          Spread.of(byFleet).in("ms"),
          Spread.of(byHand).in("ms"),
          Spread.of(rates).median(),
          Spread.of(slowestBeats).in("ms"),
          Spread.of(beatsBefore).in("ms"));
    }
  }
}
