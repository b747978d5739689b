package io.vibee.session.testkit.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The folder of an embedded server, removed together with the server if it still runs. */
final class PostgresFolder {
  private PostgresFolder() {}

  static void remove(Path folder) {
    server(folder.resolve("data").resolve("postmaster.pid")).ifPresent(PostgresFolder::end);
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(file);
    } catch (IOException | java.io.UncheckedIOException e) {
      // Gone already, or a dying server still writes: without its files, it ends within a minute.
    }
  }

  /** The server that wrote its number there, unless another program has that number by now. */
  private static Optional<ProcessHandle> server(Path pidFile) {
    try {
      List<String> lines = Files.readAllLines(pidFile);
      return ProcessHandle.of(Long.parseLong(lines.get(0).strip()))
          .filter(process -> process.info().command().orElse("postgres").contains("postgres"));
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
