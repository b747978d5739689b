package io.vibee.session.reference;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vibee.session.Secret;
import io.vibee.session.Session;
import io.vibee.session.jdbc.JdbcSessionStore;
import io.vibee.session.jdbc.SessionMigrations;
import io.vibee.session.jdbc.testing.Processes;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Runs README's agent as a process, with handlers that fail and a database that goes away. */
@Execution(ExecutionMode.CONCURRENT)
class LifeOfAnAgentIT {
  private static final String HASH = "0123456789abcdef0123456789abcdef";

  @TempDir private Path folder;
  private final HttpClient http = HttpClient.newHttpClient();
  private EmbeddedPostgres postgres;
  private int port;
  private Process agent;

  @BeforeEach
  void startDatabase() throws Exception {
    port = freePort();
    postgres = postgres();
    SessionMigrations.migrate(url());
    try (JdbcSessionStore store = JdbcSessionStore.over(postgres.getPostgresDatabase())) {
      for (String user : new String[] {"works", "changes", "removed", "throws", "hangs"}) {
        store.save(
            Session.builder(user, "sess_" + user, 94892, Secret.of(HASH))
                .username("first")
                .build());
      }
    }
  }

  @AfterEach
  void end() throws Exception {
    if (agent != null) agent.destroyForcibly().waitFor();
    postgres.close();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private EmbeddedPostgres postgres() throws IOException {
    return EmbeddedPostgres.builder()
        .setOverrideWorkingDirectory(Path.of("target", "postgres-life").toFile())
        .setDataDirectory(folder.resolve("data"))
        .setCleanDataDirectory(false)
        .setPort(port)
        .setPGStartupWait(Duration.ofMinutes(1))
        .setLocaleConfig("locale", "C")
        .setServerConfig("fsync", "off")
        .start();
  }

  private String url() {
    return "postgresql://postgres@localhost:" + port + "/postgres";
  }

  private void start(Class<?> main, String apiPort) throws IOException {
    ProcessBuilder builder =
        Processes.of(
            Processes.java(), "-cp", System.getProperty("java.class.path"), main.getName());
    builder
        .environment()
        .putAll(
            Map.of(
                "DATABASE_URL",
                url(),
                "MULTI_TENANT",
                "true",
                "PORT",
                apiPort,
                // In a fleet it would close all sessions in the outage, and end by what hangs.
                "SESSION_FLEET",
                "off"));
    builder.redirectOutput(folder.resolve("out").toFile());
    builder.redirectError(folder.resolve("err").toFile());
    agent = builder.start();
  }

  private String read(String file) {
    try {
      return Files.readString(folder.resolve(file), UTF_8);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void awaitText(String file, String text) {
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(read(file)).as(read("err")).contains(text));
  }

  private String value(String sql) throws Exception {
    try (var connection = postgres.getPostgresDatabase().getConnection();
        var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      return row.next() ? String.valueOf(row.getString(1)) : "no row";
    }
  }

  private void outage(Duration length) throws Exception {
    postgres.close();
    boolean ended = agent.waitFor(length.toMillis(), TimeUnit.MILLISECONDS);
    assertThat(ended).as(read("err")).isFalse();
    // Its next call may be a heartbeat, half a minute away.
    awaitText("err", "the store fails");
    postgres = postgres();
    String now = value("select clock_timestamp()");
    await()
        .atMost(Duration.ofSeconds(90))
        .until(
            () ->
                value(
                        "select min(last_seen_at) > '"
                            + now
                            + "' from user_sessions where user_id <> 'throws'")
                    .equals("t"));
    awaitText("err", "the store works again");
  }

  private long count(String text) {
    return read("err").lines().filter(line -> line.contains(text)).count();
  }

  private int send(String method, String path, String body) throws Exception {
    return http.send(
            HttpRequest.newBuilder(URI.create(path))
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.discarding())
        .statusCode();
  }

  /** Asks it to end, and expects that within 5 seconds, with the hanging session named. */
  private void stop() throws Exception {
    long asked = System.nanoTime();
    agent.destroy();
    assertThat(agent.waitFor(10, TimeUnit.SECONDS)).as(read("err")).isTrue();
    assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofSeconds(5));
    assertThat(agent.exitValue()).isEqualTo(143);
    assertThat(read("err")).contains("sess_hangs (its close has not returned)");
    assertThat(read("out")).contains("closed works");
    Set<String> connected = new HashSet<>();
    for (String line : read("out").lines().toList()) {
      String[] words = line.split(" ", -1);
      if (words[0].equals("connected")) assertThat(connected.add(words[1])).as(line).isTrue();
      if (words[0].equals("closed")) assertThat(connected.remove(words[1])).as(line).isTrue();
    }
    assertThat(connected).containsExactly("hangs");
    assertThat(read("out") + read("err")).doesNotContain(HASH);
  }

  private void live(Duration outage) throws Exception {
    String apiPort = String.valueOf(freePort());
    start(ReadmeExample.WithApi.class, apiPort);
    for (String user : new String[] {"works", "changes", "removed", "hangs"}) {
      awaitText("out", "connected " + user + " as first");
    }
    awaitText("err", "session sess_throws cannot be started");

    outage(outage);
    assertThat(count("the store fails")).isEqualTo(1);
    assertThat(count("the store works again")).isEqualTo(1);

    String api = "http://127.0.0.1:" + apiPort + "/api/v1/sessions";
    assertThat(send("POST", api, "{\"user_id\":\"changes\",\"username\":\"second\"}"))
        .isEqualTo(200);
    awaitText("out", "connected changes as second");
    assertThat(send("DELETE", api + "/sess_removed", "")).isEqualTo(204);
    awaitText("out", "closed removed");
    stop();
  }

  @Test
  void livesThroughAShortOutageAndFollowsItsApi() throws Exception {
    live(Duration.ofSeconds(3));
  }

  @Test
  @Tag("slow")
  void livesThroughAMinuteWithoutADatabase() throws Exception {
    live(Duration.ofSeconds(60));
  }

  @Test
  void endsInTimeWithoutAnApiAndWithoutADatabase() throws Exception {
    start(ReadmeExample.Alone.class, "off");
    awaitText("out", "connected hangs as first");
    awaitText("out", "connected works as first");
    awaitText("out", "connected changes as first");
    awaitText("out", "connected removed as first");
    postgres.close();
    stop();
  }
}
