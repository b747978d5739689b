package io.vibee.session.benchmarks;

import io.vibee.session.benchmarks.jmh.LoadAll;
import io.vibee.session.benchmarks.jmh.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Measures how long {@code ./start.sh --once} takes as a whole process, relative to {@link
 * OnceByHand}. Prints Markdown; benchmarks/run.sh writes it into docs/benchmarks.md. To be run in
 * the project's folder.
 */
public final class OnceFigures {
  private static final int MANY = 1_000;
  private static final String START_SH = "`./start.sh --once`";
  private static final List<String> FLAGS_OF_START_SH =
      List.of("-XX:+UseSerialGC", "-Xshare:auto", "-XX:TieredStopAtLevel=1");

  private final List<String> startSh =
      List.of(Path.of("start.sh").toAbsolutePath().toString(), "--once");
  private final Path folder;
  private final int rounds;
  private final Map<String, List<String>> commands = new LinkedHashMap<>();

  private OnceFigures(Path folder, int rounds) {
    this.folder = folder;
    this.rounds = rounds;
  }

  /**
   * Measures and prints.
   *
   * @param args how many rounds; 21 by default
   * @throws Exception if PostgreSQL or a program does not start
   */
  public static void main(String[] args) throws Exception {
    int rounds = Settings.rounds(args.length == 0 ? 21 : Integer.parseInt(args[0]));
    Path folder = Files.createTempDirectory("vibee-once");
    try (Database database = new Database()) {
      OnceFigures figures = new OnceFigures(folder, rounds);
      database.fill(MANY);
      LoadingDatabases keys = new LoadingDatabases(database);
      keys.databaseKey(MANY);
      keys.externalKey(MANY);
      Map<String, String> user = Map.of("DATABASE_URL", database.url(), "USER_ID", "user_1");
      Map<String, String> all = Map.of("DATABASE_URL", database.url(), "MULTI_TENANT", "true");
      figures.prepare(user, all);
      System.out.printf(
          "%nPostgreSQL %s, Java %s; medians of %d runs, minimum and maximum in brackets.%n",
          database.version(), Runtime.version(), rounds);
      figures.programs("`USER_ID`, 1 session", user, 1);
      figures.programs("`MULTI_TENANT`, 1,000 sessions", all, MANY);
      figures.keys(database);
      database.execute("delete from user_sessions where user_id <> 'user_1'");
      database.settle();
      figures.programs("`MULTI_TENANT`, 1 session", all, 1);
    } finally {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.toList()) Files.delete(file);
      }
      Files.delete(folder);
    }
  }

  private void prepare(Map<String, String> user, Map<String, String> all) throws Exception {
    run(startSh, user); // builds what is not built
    Path agent = Path.of("examples/agent/target/agent.jar").toAbsolutePath();
    if (!Files.exists(agent.resolveSibling("agent.jsa"))) {
      throw new IllegalStateException("start.sh has no archive of classes: the build says why");
    }
    String classPath = byHandClassPath();
    String archive = "-XX:SharedArchiveFile=" + folder.resolve("by-hand.jsa");
    List<String> byHand = List.of("-cp", classPath, OnceByHand.class.getName());
    run(java(List.of("-XX:ArchiveClassesAtExit=" + folder.resolve("by-hand.jsa")), byHand), all);
    run(java(List.of(archive), byHand), user);

    List<String> jar = List.of("-jar", agent.toString(), "--once");
    commands.put("by hand", java(List.of(), byHand));
    commands.put(START_SH, startSh);
    commands.put("the same without its archive", java(List.of(), jar));
    commands.put("by hand, with an archive of its own", java(List.of(archive), byHand));
  }

  /**
   * Makes a class path of the driver and a jar with the one class, since an archive takes none from
   * a folder.
   */
  private String byHandClassPath() throws IOException, InterruptedException {
    Path jar = folder.resolve("by-hand.jar");
    String name = OnceByHand.class.getName().replace('.', '/') + ".class";
    String tool = Path.of(System.getProperty("java.home"), "bin", "jar").toString();
    run(
        List.of(
            tool,
            "cf",
            jar.toString(),
            "-C",
            Path.of("benchmarks/target/classes").toString(),
            name),
        Map.of());
    try (Stream<Path> files = Files.list(Path.of("benchmarks/target/lib"))) {
      Path driver =
          files
              .filter(file -> file.getFileName().toString().startsWith("postgresql-"))
              .findFirst()
              .orElseThrow();
      return jar + ":" + driver.toAbsolutePath();
    }
  }

  private static List<String> java(List<String> flags, List<String> rest) {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return Stream.of(List.of(java), FLAGS_OF_START_SH, List.of("-Xlog:disable"), flags, rest)
        .flatMap(List::stream)
        .toList();
  }

  private void programs(String title, Map<String, String> environment, int sessions)
      throws IOException, InterruptedException {
    List<Row> rows = new ArrayList<>();
    commands.forEach((name, command) -> rows.add(new Row(name, command, environment)));
    table(title, "by hand", rows, sessions);
  }

  private void keys(Database database) throws IOException, InterruptedException {
    Map<String, String> external = new LinkedHashMap<>(multiTenant(database, "externalKey"));
    external.put("ENCRYPTION_MASTER_KEY", Server.MADE_UP_KEY);
    table(
        "`MULTI_TENANT`, 1,000 sessions",
        "the database key",
        List.of(
            new Row(START_SH + ", database key", startSh, multiTenant(database, "databaseKey")),
            new Row(START_SH + ", external key", startSh, external)),
        MANY);
  }

  private static Map<String, String> multiTenant(Database database, String way) {
    return Map.of(
        "DATABASE_URL", database.url(LoadAll.database(way, MANY)), "MULTI_TENANT", "true");
  }

  /** A row of a table, and its runs. */
  private record Row(
      String name, List<String> command, Map<String, String> environment, Timings timings) {
    Row(String name, List<String> command, Map<String, String> environment) {
      this(name, command, environment, new Timings());
    }
  }

  /**
   * Lets the rows take turns, the other way round in every second round; the first one is the
   * reference.
   */
  private void table(String title, String reference, List<Row> rows, int sessions)
      throws IOException, InterruptedException {
    for (int round = 0; round <= rounds; round++) {
      List<Row> order = new ArrayList<>(rows);
      if (round % 2 == 1) Collections.reverse(order);
      for (Row row : order) {
        double millis = millis(row, sessions);
        if (round > 0) row.timings.add(millis); // the first round warms up
      }
    }
    System.out.printf("%n| %s | time | relative to %s |%n", title, reference);
    System.out.println("| --- | --- | --- |");
    Timings first = rows.get(0).timings;
    for (Row row : rows) {
      System.out.printf(
          "| %s | %s | %s |%n",
          row.name,
          row.timings.inMillis(),
          row.timings == first ? "1" : row.timings.ratioTo(first));
    }
  }

  private double millis(Row row, int sessions) throws IOException, InterruptedException {
    long start = System.nanoTime();
    List<String> lines = run(row.command, row.environment);
    double millis = (System.nanoTime() - start) / 1e6;
    if (lines.size() != sessions + 1) throw new IllegalStateException(lines.toString());
    return millis;
  }

  /** Runs a program to its end, from fork to exit; returns its lines. */
  private List<String> run(List<String> command, Map<String, String> environment)
      throws IOException, InterruptedException {
    Path out = folder.resolve("out");
    ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(out.toFile());
    builder.environment().keySet().retainAll(List.of("PATH", "HOME", "LC_ALL", "LANG"));
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().putAll(environment);
    Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    if (!process.waitFor(10, TimeUnit.MINUTES) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IllegalStateException(command + " failed");
    }
    return Files.readAllLines(out);
  }
}
