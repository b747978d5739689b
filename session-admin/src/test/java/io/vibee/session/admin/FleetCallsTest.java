package io.vibee.session.admin;

import static io.vibee.session.admin.AdminFixture.bearer;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vibee.session.AgentHealth;
import io.vibee.session.AgentRegistration;
import io.vibee.session.Lease;
import io.vibee.session.RegisteredAgent;
import io.vibee.session.SessionLeases;
import io.vibee.session.admin.AdminFixture.Answer;
import io.vibee.session.jdbc.JdbcSessionStore;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What operators of a fleet do through a real server, with agents that are played here. */
class FleetCallsTest {
  private static final String FLEET = "/api/v1/fleet";
  private static final String SESSIONS = "/api/v1/sessions";
  private static final String[] TOKEN = bearer(AdminFixture.TOKEN);

  private AdminFixture admin;
  private SessionLeases leases;

  @BeforeEach
  void start() {
    admin = AdminFixture.withToken();
    leases = admin.store.as(SessionLeases.class).orElseThrow();
  }

  @AfterEach
  void stop() {
    admin.close();
  }

  private void add(int sessions) {
    for (int i = 1; i <= sessions; i++) admin.add("10020030" + i, "sess_" + i, TOKEN);
  }

  private RegisteredAgent agent(String name) {
    return leases.register(
        AgentRegistration.builder(name, Duration.ofSeconds(60), 10).address("10.0.0.3").build(), 1);
  }

  private List<Lease> claim(RegisteredAgent agent) {
    return leases.claim(agent.agentId(), 10, agent.world().timeline());
  }

  private Answer get(String path) {
    return admin.get(path, TOKEN);
  }

  private Answer post(String path) {
    return admin.send("POST", path, null, TOKEN);
  }

  private Answer post(String path, String body) {
    return admin.post(path, body, TOKEN);
  }

  private static String agentPath(RegisteredAgent agent, String verb) {
    return FLEET + "/agents/" + agent.agentId() + "/" + verb;
  }

  private JsonNode holding(String sessionId) {
    return get(SESSIONS + "/" + sessionId + "/holding").json();
  }

  @Test
  void listsSessionsWithWhereTheyRun() {
    add(3);
    String list = SESSIONS + "?active=all&fleet=true";
    assertThat(get(list).json().has("fleet")).as("before there is an agent").isFalse();
    RegisteredAgent one = agent("agent-1");
    leases.claim(one.agentId(), 2, one.world().timeline());
    leases.quarantine("sess_3", "sold");
    JsonNode page = get(list).json();
    assertThat(page.path("sessions")).hasSize(3);
    assertThat(page.path("fleet").path("agents").findValuesAsText("name"))
        .containsExactly("agent-1");
    assertThat(page.path("holdings").findValuesAsText("session_id"))
        .containsExactly("sess_1", "sess_2", "sess_3");
    assertThat(page.path("holdings").path(2).path("state").asText()).isEqualTo("quarantined");
    assertThat(page.path("holdings").path(2)).isEqualTo(holding("sess_3"));
    JsonNode first = get(list + "&limit=1").json();
    assertThat(first.path("holdings").findValuesAsText("session_id")).containsExactly("sess_1");
    assertThat(get(SESSIONS).json().has("fleet")).as("without being asked").isFalse();
    assertThat(get(SESSIONS + "?fleet=yes").status()).isEqualTo(400);
  }

  @Test
  void listsSessionsToWhomMayNotSeeTheFleet() {
    add(1);
    agent("agent-1");
    TestDatabase database = admin.database;
    String role = database.name() + "_reader";
    database.execute(
        """
        create role %1$s login;
        grant select on user_sessions, session_schema_version, encryption_keys, session_activity to %1$s
        """
            .formatted(role));
    try (JdbcSessionStore store = JdbcSessionStore.open(database.url(role));
        AdminServer server = AdminServer.over(store).port(0).start()) {
      String answer =
          RawHttp.exchange(
              server.port(),
              "GET %s?fleet=true HTTP/1.1\r\nHost: localhost:%s\r\nConnection: close\r\n\r\n"
                  .formatted(SESSIONS, server.port()));
      assertThat(answer)
          .startsWith("HTTP/1.1 200 ")
          .contains("\"session_id\":\"sess_1\"")
          .doesNotContain("\"fleet\"", "\"holdings\"");
    }
  }

  @Test
  void showsAgentsAndCountsSessions() {
    add(2);
    RegisteredAgent one = agent("agent-1");
    claim(one);
    leases.beat(one.agentId(), 2, new AgentHealth(1, true));
    leases.leave(agent("agent-0").agentId(), false);
    JsonNode fleet = get(FLEET).json();
    assertThat(fleet.path("stopped").asBoolean(true)).isFalse();
    assertThat(fleet.path("sessions").path("held").asInt()).isEqualTo(2);
    assertThat(fleet.path("sessions").path("free").asInt(-1)).isZero();
    assertThat(fleet.path("agents").findValuesAsText("name")).containsExactly("agent-1");
    JsonNode agent = fleet.path("agents").path(0);
    assertThat(agent.path("held").asInt()).isEqualTo(2);
    assertThat(agent.path("running").asInt()).isEqualTo(1);
    assertThat(agent.path("is_steady").asBoolean()).isTrue();
    assertThat(agent.path("is_silent").asBoolean(true)).isFalse();
    JsonNode all = get(FLEET + "?ended=true&counts=false").json();
    assertThat(all.path("agents").findValuesAsText("state")).containsExactly("taking", "ended");
    assertThat(all.has("sessions")).isFalse();
    assertThat(get(FLEET + "?ended=yes").status()).isEqualTo(400);
  }

  @Test
  void tellsWhyASessionRunsOrDoesNot() {
    add(1);
    assertThat(holding("sess_1").path("state").asText()).isEqualTo("no_agent");
    assertThat(holding("sess_1").path("explanation").asText()).contains("no agent is registered");
    RegisteredAgent one = agent("agent-1");
    claim(one);
    JsonNode held = holding("sess_1");
    assertThat(held.path("runs").asBoolean()).isTrue();
    assertThat(held.path("agent_id").asLong()).isEqualTo(one.agentId());
    assertThat(held.path("explanation").asText()).startsWith("runs on agent-1 at 10.0.0.3 since ");
    assertThat(get(SESSIONS + "/sess_none/holding").status()).isEqualTo(404);
    assertThat(get(SESSIONS + "/sess_%00/holding").status()).isEqualTo(400);
  }

  @Test
  void marksAgents() {
    RegisteredAgent one = agent("agent-1");
    List<String> states = new ArrayList<>();
    for (String verb : List.of("drain", "cordon", "uncordon")) {
      Answer answer = post(agentPath(one, verb));
      assertThat(answer.status()).isEqualTo(200);
      states.add(answer.json().path("state").asText());
    }
    assertThat(states).containsExactly("draining", "cordoned", "taking");
    assertThat(
            admin.database.query(
                "select details ->> 'actor' from session_activity where activity_type = 'agent_marked'"))
        .containsExactly("token:default", "token:default", "token:default");
    leases.leave(one.agentId(), false);
    for (String id : List.of(Long.toString(one.agentId()), "17", "agent-1", "9".repeat(30))) {
      Answer gone = post(FLEET + "/agents/" + id + "/drain");
      assertThat(gone.status()).isEqualTo(404);
      assertThat(gone.json().path("detail").asText()).contains("no such agent");
    }
  }

  @Test
  void clearsASession() {
    add(1);
    agent("agent-1");
    leases.quarantine("sess_1", "AUTH_KEY_DUPLICATED");
    assertThat(holding("sess_1").path("reason").asText()).isEqualTo("AUTH_KEY_DUPLICATED");
    Answer cleared = post(SESSIONS + "/sess_1/clear");
    assertThat(cleared.status()).isEqualTo(200);
    assertThat(cleared.json().path("state").asText()).isEqualTo("free");
    assertThat(post(SESSIONS + "/sess_1/clear").status()).as("again").isEqualTo(200);
    assertThat(post(SESSIONS + "/sess_none/clear").status()).isEqualTo(404);
    assertThat(
            admin.database.query(
                "select details ->> 'actor' from session_activity where activity_type = 'session_cleared'"))
        .containsExactly("token:default");
  }

  @Test
  void movesASession() {
    add(1);
    RegisteredAgent one = agent("agent-1");
    RegisteredAgent two = agent("agent-2");
    Lease lease = claim(one).get(0);
    String move = SESSIONS + "/sess_1/move";
    Answer asked = post(move, "{\"agent_id\":" + two.agentId() + "}");
    assertThat(asked.status()).isEqualTo(202);
    assertThat(asked.json().path("agent").asText()).isEqualTo("agent-1");
    leases.release(one.agentId(), List.of(lease), Duration.ZERO);
    assertThat(claim(one)).isEmpty();
    assertThat(claim(two)).hasSize(1);
    assertThat(post(move, "{\"agent_id\":" + two.agentId() + "}").status()).isEqualTo(200);
    post(agentPath(one, "cordon"));
    Answer cordoned = post(move, "{\"agent_id\":" + one.agentId() + "}");
    assertThat(cordoned.status()).isEqualTo(409);
    assertThat(cordoned.json().path("detail").asText()).contains("uncordon it first");
    Answer nobody = post(move, "{\"agent_id\":17}");
    assertThat(nobody.status()).isEqualTo(422);
    assertThat(nobody.faultyFields()).containsExactly("agent_id");
    Answer wrong = post(move, "{\"agent_id\":\"17\",\"other\":1}");
    assertThat(wrong.status()).isEqualTo(422);
    assertThat(wrong.faultyFields()).containsExactly("other", "agent_id");
    assertThat(post(SESSIONS + "/sess_none/move", "{\"agent_id\":17}").status()).isEqualTo(404);
  }

  @Test
  void stopsAndResumesTheFleet() {
    add(1);
    agent("agent-1");
    Answer stopped = post(FLEET + "/stop", "{\"reason\":\"a bad deploy\"}");
    assertThat(stopped.status()).isEqualTo(200);
    assertThat(stopped.json().path("stopped").asBoolean()).isTrue();
    Answer again = post(FLEET + "/stop", "{\"reason\":\"another\"}");
    assertThat(again.json().path("reason").asText()).isEqualTo("a bad deploy");
    assertThat(get(FLEET).json().path("reason").asText()).isEqualTo("a bad deploy");
    assertThat(holding("sess_1").path("state").asText()).isEqualTo("stopped");
    Answer resumed = post(FLEET + "/resume");
    assertThat(resumed.status()).isEqualTo(200);
    assertThat(resumed.json().path("stopped").asBoolean(true)).isFalse();
    assertThat(post(FLEET + "/resume").status()).as("again").isEqualTo(200);
    for (String body :
        List.of("{}", "{\"reason\":\" \"}", "{\"reason\":1}", "{\"reason\":\"\\u0000\"}")) {
      Answer refused = post(FLEET + "/stop", body);
      assertThat(refused.status()).as(body).isEqualTo(422);
      assertThat(refused.faultyFields()).containsExactly("reason");
    }
    assertThat(
            admin.database.query(
                "select activity_type || (details ->> 'actor') from session_activity"
                    + " where activity_type ~ '^fleet_' order by id"))
        .containsExactly("fleet_stoppedtoken:default", "fleet_resumedtoken:default");
  }

  @Test
  void letsNobodyInWithoutAToken() {
    assertThat(admin.get(FLEET).status()).isEqualTo(401);
    assertThat(admin.post(FLEET + "/stop", "{\"reason\":\"x\"}").status()).isEqualTo(401);
    assertThat(leases.status().stopped()).isFalse();
  }

  @Test
  void saysThatADatabaseHasNoFleet() {
    TestDatabase alone = Postgres.NEWEST.createDatabase();
    alone.execute(TestDatabase.migration());
    try (AdminFixture without = AdminFixture.over(alone)) {
      for (Answer answer :
          List.of(
              without.get(FLEET),
              without.send("POST", FLEET + "/resume", null),
              without.get(SESSIONS + "/sess_1/holding"))) {
        assertThat(answer.status()).isEqualTo(501);
        assertThat(answer.json().path("detail").asText()).contains("run the migrations");
      }
      alone.execute("drop table session_schema_version cascade");
      assertThat(without.get(FLEET).status()).as("no tables at all").isEqualTo(503);
    }
  }
}
