package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What no test of any module may do, so that builds can run beside each other, anywhere: each test
 * touches what is its own.
 */
class TestSourcesTest {
  private static final Path PROJECT = Path.of("..");

  /** Stands alone, as a project of somebody else's. */
  private static final Path FOREIGN = PROJECT.resolve("examples/testing");

  /**
   * @param instead what to use
   * @param exception what a file may contain that does it all the same
   */
  private record Rule(String code, String instead, String exception) {
    boolean isBrokenBy(String source) {
      return Pattern.compile(code).matcher(source).find()
          && !Pattern.compile(exception).matcher(source).find();
    }
  }

  private static final String NEVER = "(?!)";

  private static final List<Rule> RULES =
      List.of(
          new Rule(
              "new ProcessBuilder\\(",
              "Processes.of, which hides the developer's environment",
              "class Processes "),
          new Rule(
              "ProcessHandle\\.allProcesses", "Processes.with: other builds have the same", NEVER),
          new Rule(
              "Thread\\.getAllStackTraces",
              "OwnThreads: other tests have the same",
              "class ManyDatabasesSample"), // in a process of its own
          new Rule(
              "System\\.set(Out|Err)\\(",
              "a stream that is handed in: others print too",
              "(?m)^@Isolated|class CanaryListener|record SampleRun"),
          new Rule("pg_locks", "pg_stat_activity of the test's own database", NEVER),
          new Rule(
              "alter system|alter role postgres",
              "alter database, or a lock of Postgres.SETTINGS",
              "(?m)^@ResourceLock\\(Postgres.SETTINGS\\)"),
          new Rule("System\\.setProperty\\(|\\.setDefault\\(", "what can be handed in", NEVER),
          new Rule(
              "Thread\\.sleep\\(|TimeUnit\\.\\w+\\.sleep\\(", "a condition to wait for", NEVER),
          new Rule("new ServerSocket\\([1-9]", "port 0: another build may have this one", NEVER),
          new Rule("\"/tmp\\b|java\\.io\\.tmpdir\"\\)", "@TempDir", NEVER),
          new Rule(
              "EmbeddedPostgres\\.builder\\(\\)(?![^;]*setLocaleConfig)",
              "a locale that every machine has",
              NEVER),
          new Rule("@Tag\\((?!\"slow\"\\))", "the tag slow, or none", NEVER));

  /** Where nothing compares slow tests with a list. */
  private static final Pattern UNGUARDED =
      Pattern.compile("/(session-core|admin-client|benchmarks)/");

  @Test
  void touchOnlyWhatIsTheirs() throws IOException {
    List<String> broken = new ArrayList<>();
    int seen = 0;
    for (Path file : sources()) {
      String source = Files.readString(file);
      seen++;
      for (Rule rule : RULES) {
        if (rule.isBrokenBy(source)) broken.add(file + ": use " + rule.instead());
      }
      if (source.contains("@Tag(") && UNGUARDED.matcher(file.toString()).find()) {
        broken.add(file + ": let an EveryTestRunsTest of the module guard its slow tests");
      }
    }
    assertThat(broken).isEmpty();
    assertThat(seen).isGreaterThan(150);
  }

  private static List<Path> sources() throws IOException {
    List<Path> sources = new ArrayList<>();
    for (Path folder : List.of(PROJECT, PROJECT.resolve("examples"))) {
      try (DirectoryStream<Path> modules = Files.newDirectoryStream(folder)) {
        for (Path module : modules) {
          Path tests = module.resolve("src/test/java");
          if (Files.isDirectory(tests) && !module.equals(FOREIGN)) sources.addAll(java(tests));
        }
      }
    }
    return sources;
  }

  private static List<Path> java(Path tests) throws IOException {
    try (Stream<Path> files = Files.walk(tests)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !file.endsWith("TestSourcesTest.java"))
          .toList();
    }
  }
}
