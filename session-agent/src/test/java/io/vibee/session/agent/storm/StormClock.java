package io.vibee.session.agent.storm;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;

/**
 * The time of day of one process, which can jump while it runs, by the library of Debian's package
 * libfaketime. The monotonic clock stays what it is.
 */
final class StormClock {
  /** The real one, which cannot be set. */
  static final StormClock REAL = new StormClock("", Path.of(""));

  private final String library;
  private final Path file;

  private StormClock(String library, Path file) {
    this.library = library;
    this.file = file;
  }

  /** Finds the library; another place than Debian's is told by a system property. */
  static Optional<String> library() throws IOException {
    Path named = Path.of(System.getProperty("vibee.libfaketime", ""), "libfaketimeMT.so.1");
    if (named.isAbsolute() && Files.exists(named)) return Optional.of(named.toString());
    Path libraries = Path.of("/usr/lib");
    if (!Files.isDirectory(libraries)) return Optional.empty();
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(libraries, "*-linux-gnu")) {
      for (Path folder : folders) {
        Path found = folder.resolve("faketime").resolve("libfaketimeMT.so.1");
        if (Files.exists(found)) return Optional.of(found.toString());
      }
    }
    return Optional.empty();
  }

  /**
   * Makes one that is right as yet.
   *
   * @param file tells the library how far the clock is off
   */
  static StormClock of(String library, Path file) throws IOException {
    StormClock clock = new StormClock(library, file);
    clock.jump(0);
    return clock;
  }

  /** Sets the clock so many seconds before or behind the real one, within a second. */
  void jump(int seconds) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".next");
    Files.writeString(next, (seconds < 0 ? "" : "+") + seconds + "\n");
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  void fake(ProcessBuilder builder) {
    if (library.isEmpty()) return;
    builder
        .environment()
        .putAll(
            Map.of(
                "LD_PRELOAD", library,
                "FAKETIME_TIMESTAMP_FILE", file.toString(),
                "FAKETIME_CACHE_DURATION", "1",
                "FAKETIME_DONT_FAKE_MONOTONIC", "1",
                // Otherwise each thread that waits takes a whole processor.
                "FAKETIME_FORCE_MONOTONIC_FIX", "0"));
  }
}
