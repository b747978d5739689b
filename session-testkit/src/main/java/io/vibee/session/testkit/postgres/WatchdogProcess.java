package io.vibee.session.testkit.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.testcontainers.DockerClientFactory;

/**
 * What runs in the process of a {@link Watchdog}. It has no logger: that would read the user's
 * configuration of logging once more, and open their log files.
 */
final class WatchdogProcess {
  static final String FOLDER = "folder";
  static final String CONTAINER = "container";
  static final String DISMISSED = "dismissed";

  private WatchdogProcess() {}

  /**
   * Waits for the end of its input.
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
