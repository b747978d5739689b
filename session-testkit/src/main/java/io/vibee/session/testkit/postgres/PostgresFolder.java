package io.vibee.session.testkit.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Removes the folder of an embedded server, together with the server if it still runs. */
final class PostgresFolder {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

  private PostgresFolder() {}

  /**
   * Retries until the folder is gone: a server that is just starting or ending still writes files.
   */
  static void remove(Path folder) {
    long end = System.nanoTime() + PATIENCE_NANOS;
    do {
      server(folder.resolve("data").resolve("postmaster.pid")).ifPresent(PostgresFolder::end);
      if (delete(folder)) return;
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
    } while (System.nanoTime() < end);
  }

  /** Deletes the folder; returns whether nothing of it is left. */
  static boolean delete(Path folder) {
    if (!Files.exists(folder)) return true;
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(file);
      return true;
    } catch (IOException | UncheckedIOException e) {
      return false;
    }
  }

  /** Finds the server that wrote its pid there, unless another program has that pid by now. */
  private static Optional<ProcessHandle> server(Path pidFile) {
    try {
      List<String> lines = Files.readAllLines(pidFile);
      return ProcessHandle.of(Long.parseLong(lines.get(0).strip()))
          .filter(process -> process.info().command().orElse("").contains("postgres"));
    } catch (IOException | RuntimeException e) {
      return Optional.empty(); // it does not run
    }
  }

  private static void end(ProcessHandle server) {
    server.destroy();
    try {
      server.onExit().get(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      server.destroyForcibly(); // it waits for clients that do not go
    }
  }
}
