package io.vibee.session.reference;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A start.sh that runs until the test stops it, and must then end within five seconds. */
record RunningAgent(StartSh startSh, Process process) implements AutoCloseable {
  /** The JVM's exit code after SIGTERM. */
  private static final int TERMINATED = 128 + 15;

  static RunningAgent in(Path folder, Map<String, String> variables, String... options)
      throws IOException {
    Map<String, String> environment = new HashMap<>(variables);
    environment.putIfAbsent("PORT", "0");
    environment.putIfAbsent("VIBEE_POLL_SECONDS", "1");
    StartSh startSh = StartSh.in(folder);
    return new RunningAgent(startSh, startSh.start(environment, options));
  }

  String out() {
    return read("out");
  }

  String err() {
    return read("err");
  }

  private String read(String file) {
    try {
      return startSh.read(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  void awaitOut(String text) {
    await(text, "out");
  }

  void awaitErr(String text) {
    await(text, "err");
  }

  private void await(String text, String file) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .failFast(this::requireRunning)
        .untilAsserted(() -> assertThat(read(file)).as(startSh::told).contains(text));
  }

  private void requireRunning() {
    if (process.isAlive()) return;
    throw new AssertionError(
        "it ended with exit code %d%n%s".formatted(process.exitValue(), startSh.told()));
  }

  /** Sends SIGTERM. */
  void stop() throws InterruptedException {
    long asked = System.nanoTime();
    process.destroy();
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).as(startSh::told).isTrue();
    assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofSeconds(5));
    assertThat(process.exitValue()).as(startSh::told).isEqualTo(TERMINATED);
    assertThat(out()).as("no line is cut").endsWith("\n");
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
