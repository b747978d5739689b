package io.vibee.session.agent.storm;

import io.vibee.session.jdbc.testing.Processes;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One server's process and its data, which can be killed and comes up again on the same port. */
final class StormServer {
  private final Path data;
  private final StormClock clock;
  private final List<String> settings;
  private final int port = freePort();
  private @Nullable Process process;

  /**
   * Starts nothing yet.
   *
   * @param clock what the server takes for the time of day
   * @param settings of {@code postgresql.conf}, as {@code name=value}
   */
  StormServer(Path data, StormClock clock, String... settings) {
    this.data = data;
    this.clock = clock;
    this.settings = List.of(settings);
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new IllegalStateException("no port is free", e);
    }
  }

  Path data() {
    return data;
  }

  int port() {
    return port;
  }

  /** Starts it unless it runs; it may end at once if processes of its predecessor have not. */
  void launch() throws IOException {
    if (process != null && process.isAlive()) return;
    List<String> command = new ArrayList<>();
    // It refuses to run as root.
    if ("root".equals(System.getProperty("user.name"))) command.addAll(List.of("unshare", "-U"));
    command.addAll(
        List.of(program().toString(), "-D", data.toString(), "-p", Integer.toString(port)));
    List<String> all = new ArrayList<>(settings);
    all.addAll(
        List.of(
            "listen_addresses=localhost",
            "unix_socket_directories=",
            "fsync=off",
            "max_connections=300"));
    for (String setting : all) command.addAll(List.of("-c", setting));
    ProcessBuilder builder = Processes.of(command);
    clock.fake(builder);
    process =
        builder
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(Path.of(data + ".log").toFile()))
            .start();
  }

  /** The program that the build unpacked for the tests. */
  private static Path program() throws IOException {
    Path jars = Path.of(System.getProperty("vibee.postgres.jars", "target/postgres"));
    try (DirectoryStream<Path> unpacked =
        Files.newDirectoryStream(jars.resolve("bin-18").toAbsolutePath(), "PG-*")) {
      for (Path folder : unpacked) {
        Path program = folder.resolve("bin").resolve("postgres");
        if (Files.isExecutable(program)) return program;
      }
    }
    throw new IOException("no PostgreSQL is unpacked in " + jars);
  }

  /** Kills its first process, which leaves the others to end by themselves. */
  void kill() throws InterruptedException {
    if (process != null) process.destroyForcibly().waitFor();
  }

  /** Keeps all its processes from running, connections and all, until {@link #resume}. */
  void suspend() throws IOException, InterruptedException {
    signal("-STOP");
  }

  void resume() throws IOException, InterruptedException {
    signal("-CONT");
  }

  private void signal(String signal) throws IOException, InterruptedException {
    if (process == null) return;
    List<String> command = new ArrayList<>(List.of("kill", signal, Long.toString(process.pid())));
    process.descendants().forEach(child -> command.add(Long.toString(child.pid())));
    Processes.of(command).start().waitFor();
  }
}
