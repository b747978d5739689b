package io.vibee.session.benchmarks;

import io.vibee.session.admin.AdminServer;
import io.vibee.session.jdbc.JdbcSessionStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Measures the admin API under load, relative to pgbench sending the same SQL to the same server.
 * Prints Markdown; benchmarks/run.sh writes it into docs/benchmarks.md.
 */
public final class AdminFigures {
  private static final int ROUNDS = 5;
  private static final int CLIENTS = 16;
  private static final int SESSIONS = 10_000;
  private static final Duration RUN = Duration.ofSeconds(5);

  private final Database database;
  private final Pgbench pgbench;
  private final HttpClients http;

  private AdminFigures(Database database, Pgbench pgbench, HttpClients http) {
    this.database = database;
    this.pgbench = pgbench;
    this.http = http;
  }

  /**
   * Measures and prints.
   *
   * @param args none
   * @throws Exception if PostgreSQL or pgbench cannot be run
   */
  public static void main(String[] args) throws Exception {
    Pgbench pgbench = new Pgbench(Path.of("benchmarks", "target", "pgbench"));
    try (Database database = new Database()) {
      database.fill(SESSIONS);
      try (JdbcSessionStore store = JdbcSessionStore.open(database.url());
          AdminServer server = AdminServer.over(store).environment(Map.of("PORT", "0")).start()) {
        HttpClients http = new HttpClients(server.port(), CLIENTS, SESSIONS);
        AdminFigures figures = new AdminFigures(database, pgbench, http);
        System.out.printf(
            "%n%,d sessions, %d clients, PostgreSQL %s, Java %s; medians of %d rounds of %d s,"
                + " minimum and maximum in brackets.%n",
            SESSIONS, CLIENTS, database.version(), Runtime.version(), ROUNDS, RUN.toSeconds());
        System.out.println("\n| call | | per second | p99 |");
        System.out.println("| --- | --- | --- | --- |");
        figures.measure("GET one session", "get.sql", http::get);
        figures.measure("POST, an update", "post.sql", http::post);
      }
    }
  }

  private void measure(String call, String script, HttpClients.RequestOf request) throws Exception {
    http.run(RUN, request); // to warm up
    List<Load> api = new ArrayList<>();
    List<Load> sql = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      database.settle();
      sql.add(pgbench.run(database.url(), script, RUN, CLIENTS, SESSIONS));
      database.settle();
      api.add(http.run(RUN, request));
      System.err.println(call + ": round " + (round + 1) + " of " + ROUNDS);
    }
    row(call, "the same SQL by pgbench", sql);
    row(call, "the API", api);
    System.out.printf(
        "| | API relative to pgbench | %s | %s |%n",
        spread(ratios(api, sql, Load::perSecond), "%.2f ×"),
        spread(ratios(api, sql, Load::p99), "%.1f ×"));
  }

  private static void row(String call, String who, List<Load> loads) {
    System.out.printf(
        "| %s | %s | %s | %s |%n",
        call,
        who,
        spread(loads.stream().map(Load::perSecond).toList(), "%,.0f"),
        spread(loads.stream().map(Load::p99).toList(), "%.1f ms"));
  }

  private static List<Double> ratios(
      List<Load> loads, List<Load> references, ToDoubleFunction<Load> figure) {
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < loads.size(); i++) {
      ratios.add(figure.applyAsDouble(loads.get(i)) / figure.applyAsDouble(references.get(i)));
    }
    return ratios;
  }

  private static String spread(List<Double> values, String format) {
    List<Double> sorted = values.stream().sorted(Comparator.naturalOrder()).toList();
    return String.format(
        Locale.ROOT,
        format + " (" + format + "–" + format + ")",
        sorted.get(sorted.size() / 2),
        sorted.get(0),
        sorted.get(sorted.size() - 1));
  }
}
