package io.vibee.session.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Runs PostgreSQL's own benchmark program, which must be installed. */
final class Pgbench {
  private final Path program;
  private final Path folder;

  Pgbench(Path folder) throws IOException {
    this.program = find();
    this.folder = Files.createDirectories(folder);
  }

  private static Path find() throws IOException {
    List<Path> folders = new ArrayList<>();
    for (String folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
      folders.add(Path.of(folder));
    }
    Path debian = Path.of("/usr/lib/postgresql");
    if (Files.isDirectory(debian)) {
      try (Stream<Path> versions = Files.list(debian)) {
        versions.map(version -> version.resolve("bin")).forEach(folders::add);
      }
    }
    return folders.stream()
        .map(folder -> folder.resolve("pgbench"))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(
            () -> new IllegalStateException("pgbench is missing: install the package postgresql"));
  }

  /** Runs a script of this package on one thread, since pgbench needs little. */
  Load run(String databaseUrl, String script, Duration duration, int clients, int sessions)
      throws Exception {
    try (InputStream text = Pgbench.class.getResourceAsStream(script);
        Stream<Path> old = Files.list(folder)) {
      for (Path file : old.toList()) Files.delete(file);
      if (text == null) throw new IllegalStateException("no script " + script);
      Files.copy(text, folder.resolve(script));
    }
    ProcessBuilder builder =
        new ProcessBuilder(
                program.toString(),
                "--no-vacuum",
                "--protocol=extended",
                "--client=" + clients,
                "--time=" + duration.toSeconds(),
                "--define=sessions=" + sessions,
                "--file=" + script,
                "--log",
                databaseUrl)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("output").toFile());
    builder.environment().keySet().retainAll(List.of("PATH", "LC_ALL", "LANG"));
    Process process = builder.start();
    if (process.waitFor() != 0) {
      throw new IllegalStateException(Files.readString(folder.resolve("output")));
    }
    return Load.of(List.of(nanos()), duration);
  }

  /** Reads the third column of each line of its log: the transaction's time in microseconds. */
  private long[] nanos() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      Path log =
          files
              .filter(file -> file.getFileName().toString().startsWith("pgbench_log"))
              .findFirst()
              .orElseThrow();
      try (Stream<String> lines = Files.lines(log)) {
        return lines.mapToLong(line -> Long.parseLong(line.split(" ", 4)[2]) * 1000).toArray();
      }
    }
  }
}
