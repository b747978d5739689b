package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What no code that ships may do, of any module; tests have rules of their own. */
class MainSourcesTest {
  private static final Path PROJECT = Path.of("..");

  /** Stands alone, as a project of somebody else's; generated code is nobody's to change. */
  private static final Pattern FOREIGN =
      Pattern.compile("examples/(testing|admin-client)|/target/");

  /**
   * @param code what must not be in a file
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
              "Instant\\.now\\(|currentTimeMillis\\(|\\.instant\\(\\)|\\.millis\\(\\)",
              "System.nanoTime for intervals: the wall's clock can jump back, and nothing is due"
                  + " until it has caught up",
              // What shows that the machine was suspended; what people read as a time, compare with
              // the database's clock, or move in a test.
              "(class|record) (Ticker|Membership|Stats|Examinations|BackupExport|SessionFilter|ConnectionChecks|MemoryTables|SettableClock)\\b"),
          new Rule(
              "instanceof (ManagedSessionStore|KeyRotation|Diagnostics)\\b"
                  + "|\\((ManagedSessionStore|KeyRotation|Diagnostics)\\)\\s",
              "SessionStore.as: a store that wraps another one passes the question on",
              NEVER),
          new Rule(
              "%(\\d+\\$)?[-,+0]*\\d*(\\.\\d+)?[df]",
              "%s for numbers, or Locale.ROOT: in Arabic, Persian or Bengali %d has other digits,"
                  + " which neither SQL nor a script reads",
              "Locale\\.ROOT,|package io\\.vibee\\.session\\.benchmarks"),
          new Rule(
              "new ProcessBuilder\\(",
              "environment().clear(), or keep what the program needs: a child, and all that it"
                  + " starts, would see keys and tokens",
              "environment\\(\\)\\.clear\\(|environment\\(\\)\\.keySet\\(\\)\\.(retainAll|removeIf)\\("),
          new Rule(
              "EmbeddedPostgres\\.builder\\(\\)(?![^;]*\"pwfile\")",
              "a password: whoever reaches the port is superuser, and can run programs",
              "class Database ")); // of benchmarks, which measure logins without one

  @Test
  void keepToTheRules() throws IOException {
    List<String> broken = new ArrayList<>();
    List<Path> sources = sources();
    for (Path file : sources) {
      String source = Files.readString(file);
      for (Rule rule : RULES) {
        if (rule.isBrokenBy(source)) broken.add(file + ": use " + rule.instead());
      }
    }
    assertThat(broken).isEmpty();
    assertThat(sources).hasSizeGreaterThan(250);
  }

  private static List<Path> sources() throws IOException {
    List<Path> sources = new ArrayList<>();
    for (Path folder : List.of(PROJECT, PROJECT.resolve("examples"))) {
      try (Stream<Path> modules = Files.list(folder)) {
        for (Path module : modules.map(found -> found.resolve("src/main/java")).toList()) {
          if (!Files.isDirectory(module)) continue;
          try (Stream<Path> files = Files.walk(module)) {
            files
                .filter(file -> file.toString().endsWith(".java"))
                .filter(file -> !FOREIGN.matcher(file.toString().replace('\\', '/')).find())
                .forEach(sources::add);
          }
        }
      }
    }
    return sources;
  }
}
