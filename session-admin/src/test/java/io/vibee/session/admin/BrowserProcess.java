package io.vibee.session.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vibee.session.jdbc.testing.Processes;
import io.vibee.session.jdbc.testing.Tools;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A chromium without a window, and its folder, which goes with it. */
final class BrowserProcess implements AutoCloseable {
  static final String PROGRAM = "chromium";

  private static final List<String> ARGUMENTS =
      List.of(
          "--headless=new",
          "--no-sandbox", // the tests may run as root
          "--disable-gpu",
          "--disable-lcd-text", // pictures for any screen
          "--disable-quic",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-default-apps",
          "--disable-dev-shm-usage",
          "--disable-sync",
          "--hide-scrollbars",
          "--no-first-run",
          "--remote-debugging-port=0");

  private final Process process;
  private final Path folder;

  private BrowserProcess(Process process, Path folder) {
    this.process = process;
    this.folder = folder;
  }

  static BrowserProcess start() throws IOException {
    String program = Tools.require(PROGRAM);
    Path folder = Files.createTempDirectory("vibee-browser");
    ProcessBuilder command =
        Processes.of(
            Stream.of(
                    Stream.of(program),
                    ARGUMENTS.stream(),
                    Stream.of("--user-data-dir=" + folder, "about:blank"))
                .flatMap(arguments -> arguments)
                .toList());
    command.environment().put("LC_ALL", "C.UTF-8");
    command.environment().put("TZ", "Pacific/Chatham");
    command.environment().put("HOME", folder.toString());
    command.environment().put("TMPDIR", folder.toString());
    command.redirectErrorStream(true).redirectOutput(folder.resolve("log").toFile());
    command.redirectInput(new File("/dev/null"));
    return new BrowserProcess(command.start(), folder);
  }

  /** Where it listens to us, which it writes into a file once it does. */
  URI devTools() {
    Path file = folder.resolve("DevToolsActivePort");
    List<String> lines =
        await()
            .atMost(Duration.ofSeconds(20))
            .until(
                () -> Files.exists(file) ? Files.readAllLines(file) : List.of(), l -> l.size() > 1);
    assertThat(process.isAlive()).isTrue();
    return URI.create("ws://127.0.0.1:" + lines.get(0) + lines.get(1));
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    try {
      process.waitFor(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    // Its last children may still be writing.
    await().atMost(Duration.ofSeconds(5)).ignoreExceptions().until(this::isFolderGone);
  }

  private boolean isFolderGone() {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(BrowserProcess::delete);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Files.notExists(folder);
  }

  private static void delete(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
