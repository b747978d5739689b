package io.vibee.session.reference;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vibee.session.agent.testing.AgentDatabase;
import io.vibee.session.agent.testing.FakeBridge;
import io.vibee.session.agent.testing.FakeBridge.Does;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs the agent as a process, managed through its own API. */
@Execution(ExecutionMode.CONCURRENT)
class AgentApiIT {
  private static final String TOKEN = "made_up_token_of_forty_characters_0123456";
  private static final String NEW = "session user_id=123456789 session_id=sess_new_client";

  @TempDir private Path folder;

  private RunningAgent start(
      AgentDatabase database, Map<String, String> variables, String... options) throws IOException {
    Map<String, String> environment = new HashMap<>(variables);
    environment.put("DATABASE_URL", database.url());
    if (!environment.containsKey("USER_ID")) environment.put("MULTI_TENANT", "true");
    return RunningAgent.in(folder, environment, options);
  }

  @Test
  void startsAndStopsTheClientOfTheGuidesCurlOnAFreshDatabase() throws Exception {
    AgentDatabase database = AgentDatabase.empty();
    try (FakeBridge bridge = new FakeBridge();
        RunningAgent agent =
            start(
                database,
                Map.of("VIBEE_BRIDGE_URL", bridge.url(), "VIBEE_POLL_SECONDS", "999"),
                "--migrate")) {
      bridge.sessions.put("sess_new_client", Does.AUTHORIZE);
      agent.awaitOut("loaded 0 sessions");
      Curl curl = Curl.of(agent);
      assertThat(curl.asInTheGuide())
          .contains("\"session_id\":\"sess_new_client\"")
          .endsWith(" 201")
          .doesNotContain("client_api_hash");
      agent.awaitOut(NEW + " api_id=94892 phone=+1000***0123 authorized=false source=database\n");
      await().until(() -> database.value("select is_authorized from user_sessions").equals("t"));
      assertThat(database.value("select get_byte(api_hash_encrypted, 3) from user_sessions"))
          .as("AES-256")
          .isEqualTo("9");
      assertThat(
              database.value(
                  "select details ->> 'actor' from session_activity where session_id = 'sess_new_client'"
                      + " order by id limit 1"))
          .isEqualTo("local");
      assertThat(curl.get("").body()).contains("sess_new_client", "\"is_authorized\":true");

      assertThat(curl.delete("sess_new_client").statusCode()).isEqualTo(204);
      agent.awaitOut("stopped user_id=123456789 session_id=sess_new_client\n");
      assertThat(curl.get("").body()).doesNotContain("sess_new_client");
      assertThat(database.value("select is_active from user_sessions")).isEqualTo("f");
      agent.stop();
      assertThat(agent.out() + agent.err()).doesNotContain("client_api_hash");
      assertThat(agent.err().lines())
          .hasSize(4)
          .last()
          .asString()
          .contains("user 123456789: the api_hash is not 32 hexadecimal digits");
    }
  }

  @Test
  void followsEachChangeOnceAndPrintsNothingForNone() throws Exception {
    AgentDatabase database = AgentDatabase.with("1");
    try (RunningAgent agent = start(database, Map.of())) {
      Curl curl = Curl.of(agent);
      String old = "{\"user_id\":\"1\",\"username\":\"first\"}";
      assertThat(curl.post(old).statusCode()).isEqualTo(200);
      assertThat(curl.post(old).statusCode()).isEqualTo(200);
      await().until(() -> agent.out().lines().count() == 3);
      curl.post("{\"user_id\":\"1\",\"session_id\":\"sess_new\"}");
      // Otherwise it may be gone before the agent looks, which then only stops the previous one.
      agent.awaitOut("session user_id=1 session_id=sess_new ");
      curl.delete("sess_new");
      agent.awaitOut("stopped user_id=1 session_id=sess_new\n");
      assertThat(curl.postTo("/sess_new/activate").statusCode()).isEqualTo(200);
      await().untilAsserted(() -> assertThat(agent.out().lines()).as(agent::out).hasSize(7));
      assertThat(agent.out().lines().map(line -> line.replaceFirst(" api_id=.*", "")))
          .startsWith("session user_id=1 session_id=sess_1")
          .endsWith(
              "session user_id=1 session_id=sess_1",
              "stopped user_id=1 session_id=sess_1",
              "session user_id=1 session_id=sess_new",
              "stopped user_id=1 session_id=sess_new",
              "session user_id=1 session_id=sess_new");
      agent.stop();
    }
  }

  @Test
  void startsNobodyElseWhereOneUserIsAskedFor() throws Exception {
    AgentDatabase database = AgentDatabase.with("1");
    try (RunningAgent agent = start(database, Map.of("USER_ID", "1", "SESSION_FLEET", "off"))) {
      Curl curl = Curl.of(agent);
      assertThat(
              curl.post(
                      "{\"user_id\":\"2\",\"session_id\":\"sess_2\",\"api_id\":1,\"api_hash\":\"made_up\"}")
                  .statusCode())
          .isEqualTo(201);
      agent.awaitErr(
          "session sess_2 is not started: it is not what this agent was asked to run (mode=single-db)");
      agent.stop();
      assertThat(agent.out()).doesNotContain("sess_2");
    }
  }

  @Test
  void refusesTheSecondAgentOnOnePortBeforeItStartsAnyAccount(@TempDir Path other)
      throws Exception {
    AgentDatabase database = AgentDatabase.with("1");
    try (RunningAgent agent = start(database, Map.of())) {
      String port = String.valueOf(Curl.of(agent).port());
      StartSh.Result second =
          StartSh.in(other)
              .run(Map.of("DATABASE_URL", database.url(), "USER_ID", "1", "PORT", port));
      assertThat(second.exitCode()).isEqualTo(2);
      assertThat(second.out()).isEmpty();
      assertThat(second.lastErrorLine()).contains("PORT " + port, "another agent may be running");
      agent.stop();
    }
  }

  @Test
  void requiresTheTokenAndSendsItToNobodyButTheBridge() throws Exception {
    AgentDatabase database = AgentDatabase.with("1");
    try (FakeBridge bridge = new FakeBridge();
        RunningAgent agent =
            start(
                database,
                Map.of(
                    "VIBEE_API_KEY",
                    TOKEN,
                    "VIBEE_BIND_ADDRESS",
                    "0.0.0.0",
                    "VIBEE_BRIDGE_URL",
                    bridge.url()))) {
      Curl curl = Curl.of(agent, TOKEN);
      assertThat(curl.get("").statusCode()).isEqualTo(200);
      assertThat(new Curl(curl.api(), "").get("").statusCode()).isEqualTo(401);
      await().until(() -> !bridge.asked.isEmpty());
      assertThat(bridge.asked.get(0).authorization()).isEqualTo("Bearer " + TOKEN);
      agent.stop();
      assertThat(agent.out() + agent.err()).doesNotContain(TOKEN);
    }
    assertThat(
            database.value("select count(*) from session_activity where details::text ~ 'forty'"))
        .isEqualTo("0");
  }

  @Test
  void endsInTimeAndWritesNothingByHalvesWhileRequestsHang() throws Exception {
    AgentDatabase database = AgentDatabase.with("1");
    try (RunningAgent agent = start(database, Map.of());
        Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      Curl curl = Curl.of(agent);
      try (Socket stalled = new Socket(InetAddress.getLoopbackAddress(), curl.port())) {
        stalled
            .getOutputStream()
            .write("POST /api/v1/sessions HTTP/1.1\r\nHost:".getBytes(US_ASCII));
        connection.setAutoCommit(false);
        statement.execute("lock table user_sessions in access exclusive mode");
        var hanging =
            HttpClient.newHttpClient()
                .sendAsync(
                    curl.postOf("{\"user_id\":\"1\",\"username\":\"half\"}"),
                    BodyHandlers.ofString());
        await()
            .until(() -> database.value("select (" + AgentDatabase.WAITING + ") >= 2").equals("t"));
        agent.stop();
        assertThat(hanging).failsWithin(Duration.ofSeconds(5));
      }
      connection.rollback();
    }
    await()
        .until(
            () ->
                database
                    .value(
                        "select count(*) from pg_stat_activity where datname = current_database()"
                            + " and pid <> pg_backend_pid()")
                    .equals("0"));
    assertThat(database.value("select username from user_sessions")).isEqualTo("null");
    assertThat(database.logOf("sess_1")).isEqualTo("session_created");
  }

  @Test
  void saysWhyThereIsNoApi() throws Exception {
    AgentDatabase database = AgentDatabase.with("1");
    try (RunningAgent agent = start(database, Map.of("PORT", "off"))) {
      agent.awaitErr("no admin API: PORT=off\n");
      agent.stop();
    }
    StartSh startSh = new StartSh(folder);
    Process legacy =
        startSh.start(
            Map.of("TELEGRAM_SESSION_ID", "s", "TELEGRAM_API_ID", "1", "TELEGRAM_API_HASH", "h"));
    try (RunningAgent agent = new RunningAgent(startSh, legacy)) {
      agent.awaitErr("no admin API: it manages a database, and there is none (mode=single-env)\n");
      agent.stop();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "VIBEE_BIND_ADDRESS, 0.0.0.0",
    "VIBEE_PUBLIC_URL, https://agents.example.com:8443/vibee/",
  })
  void refusesOtherMachinesWithoutAToken(String variable, String value) throws Exception {
    AgentDatabase database = AgentDatabase.with("1");
    StartSh.Result result =
        StartSh.in(folder).run(Map.of("DATABASE_URL", database.url(), variable, value));
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
    assertThat(result.lastErrorLine()).contains(variable, "VIBEE_API_KEY");
  }

  @Test
  void keepsTheDemoForTheGuidesCurlUntilItIsStopped(@TempDir Path temporary) throws Exception {
    Map<String, String> environment = Map.of("JAVA_OPTS", "-Djava.io.tmpdir=" + temporary);
    try (RunningAgent agent = RunningAgent.in(folder, environment, "--demo", "--serve")) {
      Curl curl = Curl.of(agent);
      assertThat(curl.asInTheGuide()).endsWith(" 201");
      agent.awaitOut(NEW);
      assertThat(curl.get("").body()).contains("sess_new_client");
      assertThat(curl.delete("sess_new_client").statusCode()).isEqualTo(204);
      agent.awaitOut("stopped user_id=123456789 session_id=sess_new_client\n");
      agent.stop();
      assertThat(agent.err()).doesNotContain("without waiting");
    }
    try (var left = Files.walk(temporary)) {
      assertThat(left).as("nothing is left").noneMatch(Files::isRegularFile);
    }
  }
}
