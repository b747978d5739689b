package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.MisconfiguredException;
import io.vibee.session.SessionStore;
import io.vibee.session.StoreUnavailableException;
import io.vibee.session.jdbc.testing.PgBouncer;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.Processes;
import io.vibee.session.jdbc.testing.TestDatabase;
import io.vibee.session.jdbc.url.DatabaseUrl;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every cause of a failed login has a message of its own, which advises on no other. */
class ConnectFailureTest {
  /** One word or two of each advice. */
  private static final List<String> ADVICE =
      List.of(
          "not known here",
          "IPv6",
          "check user and password",
          "~/.pgpass",
          "must exist and have LOGIN",
          "no such database",
          "time zone of",
          "check options",
          "has no TLS",
          "leave options out",
          "the pooler refuses the connection",
          "not answer in time",
          "HTTP server",
          "SSH server",
          "does not speak",
          "ends the connection at once",
          "check that it runs",
          "nothing in .env");

  private static TestDatabase database() {
    return TestDatabase.fresh(Postgres.NEWEST);
  }

  private static void tells(String url, String sqlState, String... advice) {
    try (SessionStore store = JdbcSessionStore.open(url)) {
      assertTells(() -> store.findByUserId("1"), sqlState, advice);
    }
    assertTells(() -> SessionMigrations.migrate(url), sqlState, advice);
  }

  private static void assertTells(Runnable call, String sqlState, String... advice) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            StoreUnavailableException.class, e -> assertThat(e.sqlState()).isEqualTo(sqlState))
        .message()
        .doesNotContain("made_up_password", "is not valid")
        .satisfies(
            message ->
                assertThat(ADVICE.stream().filter(message::contains)).containsExactly(advice));
  }

  @Test
  void tellsWhereItDoesNotConnectTo() {
    tells("postgresql://postgres@nowhere.invalid/x", "08001", "not known here");
    tells("postgresql://postgres@localhost:1/x", "08001", "check that it runs");
    // An address reserved for documentation: nobody has it.
    tells("postgresql://postgres@[2001:db8::1]/x?connect_timeout=1", "08001", "IPv6");
  }

  @Test
  void tellsWhyALoginIsRefused() {
    TestDatabase database = database();
    tells(database.urlWithPassword("made_up_password"), "28P01", "check user and password");
    tells(database.url(TestDatabase.PASSWORD_ROLE), "08004", "~/.pgpass");
    tells(database.url("nobody_here"), "28000", "must exist and have LOGIN");
    tells(database.url().replace(database.name(), "nowhere"), "3D000", "no such database");
    tells(database.url() + "?sslmode=require", "08004", "has no TLS");
    tells(database.url() + "?options=-c%20work_mem%3Dmade_up_password", "22023", "check options");
    tells(database.url() + "?options=-c%20nothing%3D1", "42704", "check options");
  }

  @Test
  void tellsOfWhatAShellWouldHaveExpanded() {
    TestDatabase database = database();
    tells(
        database.urlWithPassword("x").replace(":x@", ":${MADE_UP}@"),
        "28P01",
        "check user and password",
        "nothing in .env");
    tells(
        database.url().replace(database.name(), "${DATABASE}"),
        "3D000",
        "no such database",
        "nothing in .env");
    for (String url : List.of("postgresql://u:p@${HOST}/x", "postgresql://u:p@h:${PORT}/x")) {
      assertThatThrownBy(() -> DatabaseUrl.parse(url))
          .isInstanceOf(MisconfiguredException.class)
          .hasMessageContaining("nothing in .env or DATABASE_URL is expanded");
    }
  }

  @Test
  void tellsOfATimeZoneThatTheServerLacks() throws Exception {
    TestDatabase database = database();
    tells(database.url() + "?options=-c%20TimeZone%3DMars/Olympus", "22023", "check options");
    // One of Java's own; a process has one zone, so it takes another process.
    Process process =
        Processes.of(
                Processes.java(),
                "-cp",
                System.getProperty("java.class.path"),
                "-Duser.timezone=AGT",
                Elsewhere.class.getName(),
                database.url())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    assertThat(said.lines().filter(line -> line.contains("time zone of")))
        .hasSize(3)
        .allMatch(line -> line.contains("this Java process, AGT: start Java with -Duser.timezone"))
        .allMatch(line -> line.endsWith("(22023)"));
  }

  /** Prints the errors of a store, a migration and a save in a process with another time zone. */
  static final class Elsewhere {
    private Elsewhere() {}

    public static void main(String[] args) {
      tell(() -> SessionMigrations.migrate(args[0]));
      try (SessionStore store = JdbcSessionStore.over(DatabaseUrl.parse(args[0]).toDataSource())) {
        tell(() -> store.findByUserId("1"));
        tell(() -> store.save(TestSessions.session("1")));
      }
    }

    private static void tell(Runnable call) {
      try {
        call.run();
      } catch (StoreUnavailableException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "HTTP/1.1 400 Bad Request, HTTP server",
    "SSH-2.0-OpenSSH_9.2, SSH server",
    "J0008.0.36, does not speak",
    "'', ends the connection at once"
  })
  void tellsThatAnotherProgramListens(String greeting, String advice) throws Exception {
    for (String mode : List.of("", "?sslmode=disable", "?sslmode=require")) {
      try (ServerSocket socket = listen()) {
        new Thread(() -> greet(socket, greeting)).start(); // ends with the socket
        String url = "postgresql://u:made_up_password@localhost:" + socket.getLocalPort() + "/x";
        assertThatThrownBy(() -> DatabaseUrl.parse(url + mode).connect())
            .isInstanceOf(StoreUnavailableException.class)
            .message()
            .contains("cannot be reached")
            .doesNotContain("made_up_password")
            .satisfies(
                message ->
                    assertThat(ADVICE.stream().filter(message::contains)).containsExactly(advice));
      }
    }
  }

  private static ServerSocket listen() throws IOException {
    return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  /** Says its line to whoever says something, and hears the rest out. */
  private static void greet(ServerSocket socket, String greeting) {
    while (!socket.isClosed()) {
      try (Socket one = socket.accept()) {
        one.setSoTimeout(200);
        one.getOutputStream().write(greeting.getBytes(StandardCharsets.US_ASCII));
        one.getOutputStream().flush();
        if (!greeting.isEmpty()) one.getInputStream().readAllBytes();
      } catch (IOException e) {
        // The next one.
      }
    }
  }

  @Test
  void tellsThatAServerKeepsSilent() throws IOException {
    try (ServerSocket silent = listen()) {
      tells(
          "postgresql://u@localhost:" + silent.getLocalPort() + "/x?connect_timeout=1",
          "08001",
          "not answer in time");
    }
  }

  @Test
  void tellsWhatAPoolerRefusesAndThatItIsStopped(@TempDir Path folder) throws Exception {
    TestDatabase database = database();
    try (PgBouncer pooler = PgBouncer.start(database, "transaction", 1, folder)) {
      String url = "postgresql://postgres@localhost:" + pooler.port() + "/";
      tells(url + database.name() + "?options=-c%20work_mem%3D64MB", "08P01", "leave options out");
      tells(url + "nowhere", "08P01", "the pooler refuses the connection");
      signal(pooler, "-STOP");
      try {
        tells(url + database.name() + "?connect_timeout=1", "08001", "not answer in time");
      } finally {
        signal(pooler, "-CONT");
      }
    }
  }

  private static void signal(PgBouncer pooler, String signal) throws Exception {
    Processes.of(List.of("kill", signal, Long.toString(pooler.process().pid()))).start().waitFor();
  }
}
