package io.vibee.session.openpgp.fire;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vibee.session.jdbc.testing.Processes;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A {@link Rotator} as its parent sees it. */
final class RotatorProcess {
  /** 128 and SIGKILL, which no process can answer. */
  private static final int KILLED = 137;

  private static final List<String> WORDS =
      List.of(
          Rotator.READY,
          Rotator.CHANGING,
          Rotator.CHANGED,
          Rotator.BATCH,
          Rotator.COMPLETE,
          Rotator.FAILED);

  private final Process process;
  private final Writer commands;
  private final Thread listener;
  private final BlockingQueue<String> said = new LinkedBlockingQueue<>();
  private final Queue<String> output = new ConcurrentLinkedQueue<>();
  private final List<String> heard = new ArrayList<>();
  private volatile String lastWord = "";

  private RotatorProcess(Process process) {
    this.process = process;
    this.commands = process.outputWriter(UTF_8);
    this.listener = new Thread(this::listen, "listener");
    listener.setDaemon(true);
  }

  /**
   * Starts one, without waiting until it has connected. Keys are not passed as arguments, which
   * every user sees.
   */
  static RotatorProcess start(TestDatabase database, List<String> keys) throws IOException {
    ProcessBuilder builder =
        Processes.of(
            Processes.java(),
            "-Xshare:auto",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx64m",
            "-cp",
            System.getProperty("java.class.path"),
            Rotator.class.getName(),
            database.url());
    RotatorProcess started = new RotatorProcess(builder.redirectErrorStream(true).start());
    started.listener.start();
    for (String key : keys) started.send(key);
    return started;
  }

  private void listen() {
    try (BufferedReader lines = process.inputReader(UTF_8)) {
      @Nullable String line;
      while ((line = lines.readLine()) != null) {
        if (WORDS.contains(line)) {
          lastWord = line;
          said.add(line);
        } else {
          output.add(line);
        }
      }
    } catch (IOException e) {
      output.add("the pipe broke: " + e.getMessage());
    }
  }

  /** Gives it one thing to do, once it is ready. */
  void tell(Target target) throws InterruptedException {
    await(Rotator.READY, 1);
    send(target.name());
  }

  private void send(String line) {
    try {
      commands.write(line + "\n");
      commands.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(String.join("\n", output), e);
    }
  }

  /** Waits until it has said a word a number of times; false if it completes before. */
  boolean await(String word, int times) throws InterruptedException {
    while (Collections.frequency(heard, word) < times) {
      if (heard.contains(Rotator.COMPLETE)) return false;
      @Nullable String next = said.poll(1, TimeUnit.MINUTES);
      if (next == null || next.equals(Rotator.FAILED)) throw failure();
      heard.add(next);
    }
    return true;
  }

  /** Kills it, and returns what it was doing. */
  String kill() throws InterruptedException {
    process.destroyForcibly();
    int exit = process.waitFor();
    listener.join();
    if (exit != KILLED || lastWord.equals(Rotator.FAILED)) throw failure();
    return lastWord;
  }

  /** Ends it while it has nothing to do. */
  void discard() {
    process.destroyForcibly();
  }

  private AssertionError failure() {
    return new AssertionError("a rotating process failed:\n" + String.join("\n", output));
  }
}
