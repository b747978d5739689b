package io.vibee.session.testkit.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a small process clean up after this one if it is killed: the process reads from a pipe, which
 * the operating system closes when this one ends, however it ends. What is to be cleaned up then,
 * it is told over that pipe.
 */
final class Watchdog {
  private static final Logger log = LoggerFactory.getLogger(Watchdog.class);

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
                WatchdogProcess.class.getName())
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
    tell(WatchdogProcess.FOLDER + " " + folder);
  }

  void guardContainer(String id) {
    tell(WatchdogProcess.CONTAINER + " " + id);
  }

  /** Everything is cleaned up. */
  void dismiss() {
    tell(WatchdogProcess.DISMISSED);
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
}
