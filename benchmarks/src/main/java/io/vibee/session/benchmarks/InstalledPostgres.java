package io.vibee.session.benchmarks;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A server of a PostgreSQL that Debian's packages installed, with default settings, in a folder
 * that is deleted when it stops. PostgreSQL refuses to run as root: if root runs the benchmark, the
 * server runs as {@code postgres}, the user of those packages.
 */
final class InstalledPostgres implements Closeable {
  private static final Path PACKAGES = Path.of("/usr/lib/postgresql");
  private static final String NEEDED = "initdb";
  private static final int PATIENCE_SECONDS = 60;

  private final Path programs;
  private final Path folder;
  private final Thread stopping = new Thread(this::stop);
  private Process server;

  private InstalledPostgres(Path programs, Path folder, int port) throws IOException {
    this.programs = programs;
    this.folder = folder;
    own(folder);
    String data = folder.resolve("data").toString();
    finish(run("initdb", "--pgdata=" + data, "--username=postgres", "--auth=trust", "--no-sync"));
    server = run("postgres", "-D", data, "-p", "" + port, "-k", "", "-h", "localhost");
    Runtime.getRuntime().addShutdownHook(stopping);
  }

  /** Returns the folders of programs, in the order of their paths; empty if there are none. */
  static List<Path> installed() throws IOException {
    if (!Files.isDirectory(PACKAGES)) return List.of();
    try (Stream<Path> versions = Files.list(PACKAGES)) {
      return versions
          .map(version -> version.resolve("bin"))
          .filter(programs -> Files.isExecutable(programs.resolve(NEEDED)))
          .sorted()
          .toList();
    }
  }

  /** Says what {@link #installed} looked for. */
  static String missing() {
    return "%s/*/bin/%s (Debian's package postgresql)".formatted(PACKAGES, NEEDED);
  }

  /** Starts one, and waits until it answers. */
  static Database start(Path programs) throws IOException, InterruptedException {
    int port = freePort();
    Path folder = Files.createTempDirectory("vibee-benchmarks");
    InstalledPostgres postgres;
    try {
      postgres = new InstalledPostgres(programs, folder, port);
    } catch (IOException | RuntimeException e) {
      delete(folder);
      throw e;
    }
    Database database = new Database(postgres, port);
    try {
      postgres.awaitConnections(database);
      return database;
    } catch (IOException | InterruptedException | RuntimeException e) {
      database.close();
      throw e;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void awaitConnections(Database database) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (true) {
      try {
        database.connect("postgres").close();
        return;
      } catch (SQLException e) {
        if (!server.isAlive() || System.nanoTime() > deadline) {
          throw new IOException(programs + " does not start: " + log(), e);
        }
        Thread.sleep(100);
      }
    }
  }

  private Process run(String program, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    if (isRoot()) {
      command.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"));
    }
    command.add(programs.resolve(program).toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().keySet().retainAll(List.of("PATH"));
    builder.environment().put("LC_ALL", "C.UTF-8");
    return builder
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile().toFile()))
        .start();
  }

  private void finish(Process process) throws IOException {
    int code = process.onExit().join().exitValue();
    if (code != 0) throw new IOException(programs.resolve(NEEDED) + " failed: " + log());
  }

  private static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  private static void own(Path folder) throws IOException {
    if (!isRoot()) return;
    Files.setOwner(
        folder,
        folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("postgres"));
  }

  private Path logFile() {
    return folder.resolve("log");
  }

  private String log() throws IOException {
    return Files.readString(logFile());
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(stopping);
    stop();
  }

  /** Ends the server as soon as its clients have gone, and before long in any case. */
  private void stop() {
    server.destroy();
    try {
      if (!server.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) server.destroyForcibly().waitFor();
    } catch (InterruptedException e) {
      server.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    delete(folder);
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
