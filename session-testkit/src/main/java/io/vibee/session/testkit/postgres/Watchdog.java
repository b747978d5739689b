package io.vibee.session.testkit.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.DockerClientFactory;

/**
 * A small process that cleans up after a test run that is killed: it reads from a pipe which the
 * operating system closes when the run's process ends, however it ends. What is to be cleaned up
 * then, it is told over that pipe.
 */
final class Watchdog {
  private static final Logger log = LoggerFactory.getLogger(Watchdog.class);

  private static final String FOLDER = "folder";
  private static final String CONTAINER = "container";
  private static final String DISMISSED = "dismissed";

  private final @Nullable Process process;

  private Watchdog(@Nullable Process process) {
    this.process = process;
  }

  /** For a run that something else cleans up after. */
  static Watchdog none() {
    return new Watchdog(null);
  }

  static Watchdog start() {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    ProcessBuilder builder =
        new ProcessBuilder(
                java.toString(),
                "-Xmx32m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                Watchdog.class.getName())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
    try {
      return new Watchdog(builder.start());
    } catch (IOException e) {
      log.warn("if this test run is killed, its PostgreSQL goes on: {}", e.getMessage());
      return none();
    }
  }

  void guardFolder(Path folder) {
    tell(FOLDER + " " + folder);
  }

  void guardContainer(String id) {
    tell(CONTAINER + " " + id);
  }

  /** Everything is cleaned up. */
  void dismiss() {
    tell(DISMISSED);
    if (process == null) return;
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      // It has ended already.
    }
  }

  private void tell(String line) {
    if (process == null) return;
    try {
      process.getOutputStream().write((line + "\n").getBytes(UTF_8));
      process.getOutputStream().flush();
    } catch (IOException e) {
      log.warn("if this test run is killed, its PostgreSQL goes on: {}", e.getMessage());
    }
  }

  /**
   * The process itself.
   *
   * @param args none
   */
  public static void main(String[] args) throws IOException {
    Map<String, String> guarded = new LinkedHashMap<>();
    try (BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.equals(DISMISSED)) return;
        String[] words = line.split(" ", 2);
        guarded.put(words[1], words[0]);
      }
    }
    guarded.forEach((what, kind) -> cleanUp(kind, what));
  }

  private static void cleanUp(String kind, String what) {
    if (kind.equals(FOLDER)) {
      PostgresFolder.remove(Path.of(what));
    } else {
      DockerClientFactory.lazyClient()
          .removeContainerCmd(what)
          .withForce(true)
          .withRemoveVolumes(true)
          .exec();
    }
  }
}
