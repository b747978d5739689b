package io.vibee.session.testkit.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a small process clean up after this one if it is killed: the process reads from a pipe, which
 * the operating system closes when this one ends, however it ends. The pipe also tells it what to
 * clean up.
 */
final class Watchdog {
  private static final Logger log = LoggerFactory.getLogger(Watchdog.class);

  /** Gives a process its own session, so that it survives when this one's group is killed. */
  private static final Path SETSID = Path.of("/usr/bin/setsid");

  /**
   * Variables that locate a container engine, identify a run, or are needed by Windows; no key or
   * token.
   */
  private static final Pattern NEEDED =
      Pattern.compile(
          "PATH|HOME|USER|TMPDIR|XDG_RUNTIME_DIR|VIBEE_TESTKIT_RUN|(DOCKER|TESTCONTAINERS)_.*"
              + "|(?i:path|systemroot|temp|tmp|userprofile)");

  private final @Nullable Process process;

  private Watchdog(@Nullable Process process) {
    this.process = process;
  }

  /** Returns one that does nothing, for a run that something else cleans up after. */
  static Watchdog none() {
    return new Watchdog(null);
  }

  /** Starts one that removes a folder, and the server that runs in it. */
  static Watchdog ofFolder(Path folder) {
    Watchdog watchdog = start(ownClasses());
    watchdog.send(WatchdogProcess.FOLDER + " " + folder);
    return watchdog;
  }

  /** Starts one that removes a container by its name, even if it does not exist yet. */
  static Watchdog ofContainer(String name) {
    Watchdog watchdog = start(System.getProperty("java.class.path"));
    watchdog.send(WatchdogProcess.CONTAINER + " " + name);
    return watchdog;
  }

  private static Watchdog start(String classPath) {
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(SETSID)) command.add(SETSID.toString());
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx32m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.add(WatchdogProcess.class.getName());
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().keySet().removeIf(name -> !NEEDED.matcher(name).matches());
    builder.environment().put("CLASSPATH", classPath);
    try {
      return new Watchdog(builder.start());
    } catch (IOException e) {
      warn(String.valueOf(e.getMessage()));
      return none();
    }
  }

  /** Finds the folder or jar of the testkit, which is all that removing a folder takes. */
  private static String ownClasses() {
    @Nullable CodeSource source = WatchdogProcess.class.getProtectionDomain().getCodeSource();
    try {
      return source == null ? "" : new File(source.getLocation().toURI()).getPath();
    } catch (URISyntaxException | IllegalArgumentException e) {
      return "";
    }
  }

  /** Waits until the process runs, and logs a warning if it does not start. */
  void requireRunning() {
    if (process == null) return;
    try {
      if (process.getInputStream().read() != WatchdogProcess.READY) warn("it does not start");
    } catch (IOException e) {
      warn(String.valueOf(e.getMessage()));
    }
  }

  /** Ends the process, once everything is cleaned up. */
  void dismiss() {
    send(WatchdogProcess.DISMISSED);
    if (process == null) return;
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      // The process has already ended.
    }
  }

  private void send(String line) {
    if (process == null) return;
    try {
      process.getOutputStream().write((line + "\n").getBytes(UTF_8));
      process.getOutputStream().flush();
    } catch (IOException e) {
      warn(String.valueOf(e.getMessage()));
    }
  }

  private static void warn(String reason) {
    log.warn(
        "nothing cleans up if this test run is killed, its PostgreSQL keeps running: {}", reason);
  }
}
