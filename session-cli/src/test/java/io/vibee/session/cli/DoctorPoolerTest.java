package io.vibee.session.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import io.vibee.session.jdbc.testing.Tools;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the doctor says behind PgBouncer. */
@Execution(ExecutionMode.SAME_THREAD) // another pooler could take the port that was free
class DoctorPoolerTest {
  private final TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
  private Process bouncer;

  @ParameterizedTest
  @CsvSource({
    "transaction, ok, in transaction mode",
    "statement, failed, refuses transactions",
    "session, ok, none",
  })
  void tellsTheMode(String mode, String status, String text, @TempDir Path folder)
      throws Exception {
    String url = start(mode, folder);
    JsonNode json = CliRun.on(url).run("doctor", "--json").json();
    JsonNode pooler =
        json.path("checks").findParents("check").stream()
            .filter(finding -> finding.path("check").asText().equals("pooler"))
            .findFirst()
            .orElseThrow();
    assertThat(pooler.path("status").asText()).as(pooler.toString()).isEqualTo(status);
    assertThat(pooler.path("message").asText()).contains(text);
  }

  private String start(String mode, Path folder) throws IOException {
    String program = Tools.require("pgbouncer");
    int port = freePort();
    Path users = Files.writeString(folder.resolve("users.txt"), "\"postgres\" \"\"\n");
    Path config =
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
            default_pool_size = 5
            ignore_startup_parameters = extra_float_digits
            """
                .formatted(database.postgres().port(), port, users, mode));
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    List<String> command = new ArrayList<>(List.of(program));
    // It refuses to run as root.
    if ("root".equals(System.getProperty("user.name"))) command.addAll(List.of("-u", "nobody"));
    command.add(config.toString());
    bouncer =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> accepts(port));
    return "postgresql://postgres@127.0.0.1:" + port + "/" + database.name();
  }

  @AfterEach
  void stop() throws InterruptedException {
    if (bouncer == null) return;
    bouncer.destroy();
    assertThat(bouncer.waitFor(10, TimeUnit.SECONDS)).isTrue();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static boolean accepts(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }
}
