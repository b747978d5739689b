package io.vibee.session.jdbc.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A pooler in front of a database's server, which accepts any user. */
public record PgBouncer(Process process, int port, TestDatabase database) implements AutoCloseable {
  /** Another program may take a port between the moment it was seen to be free and its use. */
  private static final int ATTEMPTS = 5;

  /**
   * Starts one, or skips the test where the machine has none.
   *
   * @param mode transaction, session or statement
   * @param connections to the server, for each database
   * @param folder for its files
   */
  public static PgBouncer start(TestDatabase database, String mode, int connections, Path folder)
      throws IOException, InterruptedException {
    return start(database, database.postgres().port(), mode, connections, folder);
  }

  /** The same, with something between it and the server, whose port this is. */
  public static PgBouncer start(
      TestDatabase database, int server, String mode, int connections, Path folder)
      throws IOException, InterruptedException {
    String program = Tools.require("pgbouncer");
    Files.writeString(folder.resolve("users.txt"), "\"postgres\" \"\"\n");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    List<String> command = new ArrayList<>(List.of(program));
    // It refuses to run as root.
    if ("root".equals(System.getProperty("user.name"))) command.addAll(List.of("-u", "nobody"));
    command.add(folder.resolve("pgbouncer.ini").toString());
    for (int attempt = 1; ; attempt++) {
      int port = freePort();
      configure(folder, server, port, mode, connections);
      Process process =
          Processes.of(command)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("log").toFile())
              .start();
      if (listens(process, port)) return new PgBouncer(process, port, database);
      process.destroyForcibly();
      assertThat(attempt).as(Files.readString(folder.resolve("log"))).isLessThan(ATTEMPTS);
    }
  }

  private static void configure(Path folder, int server, int port, String mode, int connections)
      throws IOException {
    Files.writeString(
        folder.resolve("pgbouncer.ini"),
        """
        [databases]
        * = host=127.0.0.1 port=%d user=postgres
        [pgbouncer]
        listen_addr = 127.0.0.1
        listen_port = %d
        unix_socket_dir =
        auth_type = any
        auth_file = %s
        pool_mode = %s
        default_pool_size = %d
        ignore_startup_parameters = extra_float_digits
        """
            .formatted(server, port, folder.resolve("users.txt"), mode, connections));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static boolean listens(Process process, int port) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (System.nanoTime() < end) {
      boolean accepted = accepts(port);
      // Where the port was taken, somebody else accepts and this one ends.
      if (process.waitFor(accepted ? 200 : 20, TimeUnit.MILLISECONDS)) return false;
      if (accepted) return true;
    }
    return false;
  }

  private static boolean accepts(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  public String url() {
    return "postgresql://postgres@127.0.0.1:" + port + "/" + database.name();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
