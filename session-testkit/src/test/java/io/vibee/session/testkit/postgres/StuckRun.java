package io.vibee.session.testkit.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.jdbc.testing.Processes;
import io.vibee.session.jdbc.testing.Tools;
import io.vibee.session.testkit.samples.StuckSample;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A run that waits in a test, with its database, until it is killed. */
record StuckRun(Process process, String url) implements AutoCloseable {
  static StuckRun start(SampleProcess run) throws IOException, InterruptedException {
    Process process = run.setting(StuckSample.WANTED, "true").start(StuckSample.class);
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    StringBuilder seen = new StringBuilder();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith("READY ")) return new StuckRun(process, line.substring(6));
      seen.append(line).append('\n');
    }
    process.destroyForcibly();
    throw new AssertionError("the run ended: " + seen);
  }

  /** Kills the run as {@code kill -9} does. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
  }

  /** Signals the run and everything that it started, except processes with their own session. */
  void signalGroup(String signal) throws IOException, InterruptedException {
    List<String> command = List.of(Tools.require("kill"), "-" + signal, "--", "-" + process.pid());
    assertThat(Processes.of(command).inheritIO().start().waitFor()).isZero();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
  }

  /** Waits for at most the minute that is promised. */
  static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("a minute is over").isLessThan(end);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
    }
  }

  /** Leaves nothing of the run behind, however the test ended. */
  @Override
  public void close() {
    process.destroyForcibly();
  }
}
