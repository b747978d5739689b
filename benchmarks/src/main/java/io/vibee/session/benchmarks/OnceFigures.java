package io.vibee.session.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
  private static final List<String> FLAGS_OF_START_SH =
      List.of("-XX:+UseSerialGC", "-Xshare:auto", "-XX:TieredStopAtLevel=1");

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
    int rounds = args.length == 0 ? 21 : Integer.parseInt(args[0]);
    Path folder = Files.createTempDirectory("vibee-once");
    try (Database database = new Database()) {
      OnceFigures figures = new OnceFigures(folder, rounds);
      database.fill(MANY);
      Map<String, String> user = Map.of("DATABASE_URL", database.url(), "USER_ID", "user_1");
      Map<String, String> all = Map.of("DATABASE_URL", database.url(), "MULTI_TENANT", "true");
      figures.prepare(user, all);
      System.out.printf(
          "%nPostgreSQL %s, Java %s; medians of %d runs, minimum and maximum in brackets.%n",
          database.version(), Runtime.version(), rounds);
      figures.table("`USER_ID`, 1 session", user, 1);
      figures.table("`MULTI_TENANT`, 1,000 sessions", all, MANY);
      database.execute("delete from user_sessions where user_id <> 'user_1'");
      database.settle();
      figures.table("`MULTI_TENANT`, 1 session", all, 1);
    } finally {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.toList()) Files.delete(file);
      }
      Files.delete(folder);
    }
  }

  private void prepare(Map<String, String> user, Map<String, String> all) throws Exception {
    Path startSh = Path.of("start.sh").toAbsolutePath();
    run(List.of(startSh.toString(), "--once"), user); // builds what is not built
    Path agent = startSh.resolveSibling("examples/agent/target/agent.jar");
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
    commands.put("`./start.sh --once`", List.of(startSh.toString(), "--once"));
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

  private void table(String title, Map<String, String> environment, int sessions)
      throws IOException, InterruptedException {
    Map<String, Timings> timings = new LinkedHashMap<>();
    for (int round = 0; round <= rounds; round++) {
      for (Map.Entry<String, List<String>> command : commands.entrySet()) {
        long start = System.nanoTime();
        List<String> lines = run(command.getValue(), environment);
        double millis = (System.nanoTime() - start) / 1e6;
        if (lines.size() != sessions + 1) throw new IllegalStateException(lines.toString());
        // The first round warms up.
        if (round > 0) {
          timings.computeIfAbsent(command.getKey(), name -> new Timings()).add(millis);
        }
      }
    }
    Timings reference = timings.values().iterator().next();
    System.out.println("\n| " + title + " | time | relative to by hand |\n| --- | --- | --- |");
    timings.forEach(
        (name, own) ->
            System.out.printf(
                "| %s | %s | %s |%n",
                name, own.inMillis(), own == reference ? "1" : own.ratioTo(reference)));
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
