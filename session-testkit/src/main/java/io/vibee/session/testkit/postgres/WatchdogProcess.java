package io.vibee.session.testkit.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What runs in the process of a {@link Watchdog}. For a folder it needs nothing but the JDK. It has
 * no logger, which would read the user's logging configuration a second time.
 */
final class WatchdogProcess {
  static final int READY = 'R';
  static final String FOLDER = "folder";
  static final String CONTAINER = "container";
  static final String DISMISSED = "dismissed";

  private WatchdogProcess() {}

  /**
   * Waits for the end of its input, even if it is told to end earlier: a terminal's Ctrl+C reaches
   * it as well.
   *
   * @param args none
   */
  public static void main(String[] args) {
    Thread waiting = new Thread(WatchdogProcess::awaitTheEnd, "watchdog");
    waiting.start();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> join(waiting)));
    System.out.write(READY);
    System.out.flush();
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void awaitTheEnd() {
    Map<String, String> guarded = new LinkedHashMap<>();
    try (BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.equals(DISMISSED)) return;
        String[] words = line.split(" ", 2);
        guarded.put(words[1], words[0]);
      }
    } catch (IOException e) {
      // Treated like the end of the input.
    }
    guarded.forEach((what, kind) -> cleanUp(kind, what));
  }

  private static void cleanUp(String kind, String what) {
    if (kind.equals(FOLDER)) PostgresFolder.remove(Path.of(what));
    else DockerServer.remove(what);
  }
}
