package io.vibee.session.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vibee.session.AgentHealth;
import io.vibee.session.AgentMark;
import io.vibee.session.AgentRegistration;
import io.vibee.session.FleetView;
import io.vibee.session.Lease;
import io.vibee.session.RegisteredAgent;
import io.vibee.session.SessionHolding.State;
import io.vibee.session.SessionLeases;
import io.vibee.session.jdbc.JdbcSessionStore;
import io.vibee.session.jdbc.testing.DocumentedRoles;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What operators of a fleet do, on a real database and with agents that are played here. */
@Execution(ExecutionMode.CONCURRENT)
class FleetCommandsTest {
  private static final Duration SILENCE = Duration.ofSeconds(60);

  private final TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
  private final JdbcSessionStore store = database.store();
  private final SessionLeases leases = store.as(SessionLeases.class).orElseThrow();

  @AfterEach
  void close() {
    store.close();
  }

  private CliRun.Result run(String... args) {
    return CliRun.on(database.url()).run(args);
  }

  private void add(int sessions) {
    for (int i = 1; i <= sessions; i++) database.insertByGuide("10020030" + i, "sess_" + i);
  }

  private RegisteredAgent agent(String name, int capacity) {
    return leases.register(
        AgentRegistration.builder(name, SILENCE, capacity).address("10.0.0.3").build(), 1);
  }

  private List<Lease> claim(RegisteredAgent agent, int atMost) {
    return leases.claim(agent.agentId(), atMost, agent.world().timeline());
  }

  private FleetView beat(RegisteredAgent agent) {
    return leases.beat(agent.agentId(), 2, new AgentHealth(1, true)).orElseThrow();
  }

  private State state(String sessionId) {
    return leases.find(sessionId).orElseThrow().state();
  }

  private AgentMark mark(RegisteredAgent agent) {
    return leases.agents().stream()
        .filter(summary -> summary.agentId() == agent.agentId())
        .findFirst()
        .orElseThrow()
        .mark();
  }

  @Test
  void listsAgentsAndCountsSessions() {
    add(3);
    assertThat(run("fleet").assertDone().out())
        .isEqualTo("0 agents\n0 sessions run, 0 held by agents; not held: 3 no agent\n");
    RegisteredAgent one = agent("agent-1", 10);
    claim(one, 2);
    beat(one);
    RegisteredAgent gone = agent("agent-0", 10);
    leases.leave(gone.agentId(), false);
    CliRun.Result fleet = run("fleet").assertDone();
    assertThat(fleet.out().lines().findFirst().orElseThrow())
        .matches("ID +NAME +ADDRESS +STATE +GENERATION +HELD +RUNNING +CAPACITY +LAST BEAT");
    assertThat(fleet.out())
        .containsPattern(
            one.agentId() + " +agent-1 +10\\.0\\.0\\.3 +taking +0 +2 +1 +10 +\\d+ s ago\n")
        .contains("1 agent\n1 session runs, 2 held by agents; not held: 1 free\n")
        .doesNotContain("agent-0", "stopped");
    assertThat(run("fleet", "--all").assertDone().out()).containsPattern("agent-0 .* left ");
  }

  @Test
  void tellsProgramsTheSame() {
    add(2);
    RegisteredAgent one = agent("agent-1", 10);
    claim(one, 1);
    JsonNode fleet = run("fleet", "--json").assertDone().json();
    assertThat(fleet.path("stopped").asBoolean(true)).isFalse();
    assertThat(fleet.path("sessions").path("held").asInt()).isEqualTo(1);
    assertThat(fleet.path("sessions").path("free").asInt()).isEqualTo(1);
    assertThat(fleet.path("sessions").path("no_agent").asInt(-1)).isZero();
    JsonNode agent = fleet.path("agents").path(0);
    assertThat(agent.path("agent_id").asLong()).isEqualTo(one.agentId());
    assertThat(agent.path("state").asText()).isEqualTo("taking");
    assertThat(agent.path("is_silent").asBoolean(true)).isFalse();
    assertThat(agent.path("silence_ms").asLong()).isEqualTo(60_000);
    JsonNode why = run("why", "sess_1", "--json").json();
    assertThat(
            List.of(
                why.path("state").asText(),
                run("why", "sess_2", "--json").json().path("state").asText()))
        .containsExactlyInAnyOrder("held", "free");
  }

  @Test
  void tellsWhoIsSilent() {
    add(1);
    RegisteredAgent one = agent("agent-1", 10);
    claim(one, 1);
    database.execute(
        "update session_agents set seen_at = clock_timestamp() - interval '75 seconds'");
    assertThat(run("fleet").out()).contains("75 s ago, silent", "1 agent, of which silent: 1");
    CliRun.Result why = run("why", "sess_1");
    assertThat(why.code()).isEqualTo(7);
    assertThat(why.out()).contains("which has been silent for 75 s", "so start one");
    assertThat(run("drain", "agent-1").assertDone().err()).contains("it is silent");
  }

  @Test
  void tellsWhyASessionRunsOrDoesNot() {
    add(2);
    CliRun.Result none = run("why", "100200301");
    assertThat(none.code()).isEqualTo(7);
    assertThat(none.out())
        .startsWith("session sess_1 of user 100200301: does not run, since no agent is registered");
    RegisteredAgent one = agent("agent-1", 1);
    List<Lease> held = claim(one, 1);
    String other = held.get(0).sessionId().equals("sess_1") ? "sess_2" : "sess_1";
    CliRun.Result runs = run("why", held.get(0).sessionId()).assertDone();
    assertThat(runs.out())
        .matches("session sess_. of user \\d+: runs on agent-1 at 10\\.0\\.0\\.3 since .*Z\n");
    CliRun.Result full = run("why", other);
    assertThat(full.code()).isEqualTo(7);
    assertThat(full.out()).contains("no agent has room (1 full), so start another one");
    run("why", "nobody").assertFails(3, "no session has this id");
    store.delete(held.get(0).sessionId());
    assertThat(run("why", held.get(0).sessionId()).assertDone().out())
        .as("a session that was deleted and still runs")
        .startsWith("session " + held.get(0).sessionId() + ": runs on agent-1");
  }

  @Test
  void clearsAndTellsWhatWasTheCase() {
    add(3);
    RegisteredAgent one = agent("agent-1", 10);
    Lease quiet =
        claim(one, 3).stream()
            .filter(l -> l.sessionId().equals("sess_2"))
            .findFirst()
            .orElseThrow();
    leases.quarantine("sess_1", "AUTH_KEY_DUPLICATED");
    leases.quietUntil(one.agentId(), quiet, Instant.now().plusSeconds(600));
    assertThat(run("why", "sess_1").out())
        .contains("quarantined (AUTH_KEY_DUPLICATED)", "run: vibee-session clear sess_1");
    CliRun.Result cleared = run("clear", "100200301", "sess_2", "sess_3").assertDone();
    assertThat(cleared.out())
        .isEqualTo(
            """
            session sess_1 of user 100200301 may run again; it was in quarantine: AUTH_KEY_DUPLICATED
            session sess_2 of user 100200302 may run again; it paused
            session sess_3 of user 100200303 was neither in quarantine nor paused: vibee-session why tells more
            """);
    assertThat(state("sess_1")).isEqualTo(State.HELD);
    assertThat(run("clear", "sess_1", "--json").json().path("cleared").asBoolean(true)).isFalse();
    run("clear", "sess_1", "sess_none").assertFails(3, "nothing was done");
    assertThat(
            database.value(
                "select details ->> 'actor' from session_activity where activity_type ="
                    + " 'session_cleared' and session_id = 'sess_1'"))
        .isEqualTo("cli:" + System.getProperty("user.name"));
  }

  @Test
  void marksAgents() {
    RegisteredAgent one = agent("agent-1", 10);
    assertThat(run("drain", "agent-1").assertDone().out())
        .isEqualTo(
            "agent agent-1 ("
                + one.agentId()
                + ") drains: it lets go of 0 sessions, and claims no more\n");
    assertThat(mark(one)).isEqualTo(AgentMark.DRAINING);
    run("cordon", Long.toString(one.agentId())).assertDone();
    assertThat(mark(one)).isEqualTo(AgentMark.CORDONED);
    JsonNode json = run("uncordon", "agent-1", "--json").assertDone().json();
    assertThat(json.path("state").asText()).isEqualTo("taking");
    assertThat(mark(one)).isEqualTo(AgentMark.TAKING);
    assertThat(
            database.query(
                "select details ->> 'actor' from session_activity where activity_type = 'agent_marked'"))
        .hasSize(3)
        .containsOnly("cli:" + System.getProperty("user.name"));
  }

  @Test
  void asksWhichAgentIsMeant() {
    RegisteredAgent one = agent("agent", 10);
    RegisteredAgent two = agent("agent", 10);
    run("drain", "agent")
        .assertFails(2, "give the id of one: " + one.agentId() + ", " + two.agentId());
    assertThat(mark(one)).isEqualTo(AgentMark.TAKING);
    run("drain", "s3cret").assertFails(3, "no agent has this id or name: vibee-session fleet");
    leases.leave(two.agentId(), false);
    run("drain", Long.toString(two.agentId())).assertFails(3, "that agent has ended");
    run("drain", "agent").assertDone();
    assertThat(mark(one)).isEqualTo(AgentMark.DRAINING);
  }

  @Test
  void movesASessionToAnotherAgent() {
    add(1);
    RegisteredAgent one = agent("agent-1", 10);
    RegisteredAgent two = agent("agent-2", 10);
    Lease lease = claim(one, 1).get(0);
    assertThat(run("move", "100200301", "agent-2").assertDone().out())
        .isEqualTo(
            "session sess_1 of user 100200301: agent-1 is asked to let go of it with its next beat,"
                + " then agent-2 takes it\n");
    assertThat(beat(one).wanted()).containsExactly("sess_1");
    leases.release(one.agentId(), List.of(lease), Duration.ZERO);
    assertThat(claim(one, 1)).isEmpty();
    assertThat(claim(two, 1)).hasSize(1);
    CliRun.Result again = run("move", "sess_1", "agent-2", "--json").assertDone();
    assertThat(again.json().path("asked").asBoolean(true)).isFalse();
    run("cordon", "agent-1").assertDone();
    run("move", "sess_1", "agent-1").assertFails(2, "uncordon " + one.agentId());
    run("move", "sess_none", "agent-1").assertFails(3, "no session has this id");
    run("move", "sess_1", "agent-9").assertFails(3, "no agent has this id or name");
  }

  @Test
  void stopsAndResumesTheFleet() {
    add(1);
    agent("agent-1", 10);
    assertThat(run("resume-fleet").assertDone().out()).isEqualTo("the fleet was not stopped\n");
    assertThat(run("stop-fleet", "a bad deploy").assertDone().out())
        .startsWith("the fleet is stopped: nothing more is started, what runs goes on");
    assertThat(run("stop-fleet", "another").assertDone().out())
        .matches("the fleet was stopped already, at .*Z: a bad deploy\n");
    assertThat(run("fleet").out()).contains("the fleet was stopped at", "(a bad deploy)");
    assertThat(run("why", "sess_1").out())
        .contains("(a bad deploy): once its cause is removed, run: vibee-session resume-fleet");
    JsonNode json = run("resume-fleet", "--json").assertDone().json();
    assertThat(json.path("stopped").asBoolean(true)).isFalse();
    run("stop-fleet", " ").assertFails(2, "REASON must have 1 to 255 characters");
    run("stop-fleet").assertFails(2, "missing: REASON");
  }

  @Test
  void showsHostileNamesWithoutObeyingThem() {
    add(1);
    agent("agent-1", 10);
    database.execute(
        "update session_agents set name = E'\\x1b[31m\\u202Eevil\\n', address = E'\\x1b]0;x\\x07'");
    for (String command : List.of("fleet", "why")) {
      CliRun.Result result = command.equals("why") ? run("why", "sess_1") : run("fleet");
      assertThat(result.out()).contains("evil").doesNotContain("\u001b", "\u202e", "\u0007");
    }
  }

  /** Also where the functions' default privileges were revoked. */
  @Test
  void anOperatorWhoManagesSessionsNeedsNoOtherRight() {
    add(1);
    RegisteredAgent one = agent("agent-1", 10);
    claim(one, 1);
    agent("agent-2", 10);
    DocumentedRoles roles = DocumentedRoles.on(database, true);
    database.execute("grant %s to %s".formatted(roles.name("manager"), roles.name("operator")));
    for (String command :
        List.of(
            "fleet",
            "why sess_1",
            "move sess_1 agent-2",
            "cordon agent-1",
            "clear sess_1",
            "stop-fleet x",
            "resume-fleet")) {
      CliRun.on(roles.url("operator")).run(command.split(" ")).assertDone();
    }
    CliRun.on(roles.url("manager")).run("cordon", "agent-2").assertFails(4, "permission denied");
  }

  @ParameterizedTest
  @ValueSource(strings = {"fleet", "why 1", "clear 1", "drain a", "stop-fleet x", "resume-fleet"})
  void saysWhatADatabaseWithoutAFleetNeeds(String command) {
    TestDatabase alone = Postgres.NEWEST.createDatabase();
    alone.execute(TestDatabase.migration());
    alone.insertByGuide("1", "sess_1");
    CliRun.on(alone.url())
        .run(command.split(" "))
        .assertFails(6, "the fleet's tables are missing: run the migrations");
  }
}
