package io.vibee.session.admin.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vibee.session.AgentRegistration;
import io.vibee.session.RegisteredAgent;
import io.vibee.session.SessionLeases;
import io.vibee.session.admin.AdminServer;
import io.vibee.session.admin.client.api.ActivityApi;
import io.vibee.session.admin.client.api.FleetApi;
import io.vibee.session.admin.client.api.HealthApi;
import io.vibee.session.admin.client.api.SessionsApi;
import io.vibee.session.admin.client.model.Activity;
import io.vibee.session.admin.client.model.Holding;
import io.vibee.session.admin.client.model.Move;
import io.vibee.session.admin.client.model.Problem;
import io.vibee.session.admin.client.model.Session;
import io.vibee.session.admin.client.model.SessionEdit;
import io.vibee.session.admin.client.model.SessionPage;
import io.vibee.session.admin.client.model.Stop;
import io.vibee.session.jdbc.JdbcSessionStore;
import io.vibee.session.jdbc.SessionMigrations;
import io.vibee.session.jdbc.testing.Canary;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The client that openapi-generator made, against a real server: the document says what is so. */
class GeneratedClientTest {
  private static final String TOKEN = "made-up-token-0001";
  private JdbcSessionStore store;
  private AdminServer server;
  private ApiClient client;

  @BeforeEach
  void start() {
    TestDatabase database = Postgres.NEWEST.createDatabase();
    SessionMigrations.migrate(database.url());
    store = database.store();
    server =
        AdminServer.over(store).environment(Map.of("PORT", "0", "VIBEE_API_KEY", TOKEN)).start();
    client = new ApiClient();
    client.updateBaseUri("http://localhost:" + server.port());
    client.setRequestInterceptor(request -> request.header("Authorization", "Bearer " + TOKEN));
  }

  @AfterEach
  void stop() {
    server.close();
    store.close();
  }

  private static SessionEdit newSession(String userId, String sessionId) {
    return new SessionEdit()
        .userId(userId)
        .sessionId(sessionId)
        .apiId(94892)
        .apiHash(Canary.API_HASH)
        .phone("+10005550123")
        .targetChats(List.of(-1001234567890L, "@demo", Map.of("id", 5)));
  }

  @Test
  void managesASessionFromBeginningToEnd() throws ApiException {
    SessionsApi sessions = new SessionsApi(client);
    ApiResponse<Session> created =
        sessions.saveSessionWithHttpInfo(newSession("100200300", "sess_demo0001"), null, "*");
    assertThat(created.getStatusCode()).isEqualTo(201);
    assertThat(created.getData().getReadable()).isTrue();
    assertThat(created.getData().getProblem()).isNull();
    assertThat(created.getData().getTargetChats())
        .isEqualTo(List.of(-1001234567890L, "@demo", Map.of("id", 5)));

    Session changed =
        sessions.saveSession(
            new SessionEdit().userId("100200300").username("demo"), etag(created), null);
    assertThat(changed.getUsername()).isEqualTo("demo");
    assertThat(changed.getPhone()).isEqualTo("+10005550123");
    assertThat(changed.getTargetChats()).hasSize(3);
    assertThat(changed.getUpdatedAt()).isAfter(created.getData().getUpdatedAt());

    ApiException stale =
        catchThrowableOfType(
            ApiException.class, () -> sessions.deactivateSession("sess_demo0001", etag(created)));
    assertThat(stale.getCode()).isEqualTo(412);
    sessions.deactivateSession("sess_demo0001", null);
    assertThat(sessions.listSessions(null, null, null, null).getSessions()).isEmpty();
    assertThat(sessions.activateSession("sess_demo0001", null).getIsActive()).isTrue();

    List<Activity> log =
        new ActivityApi(client).listActivityOfSession("sess_demo0001", 10, null).getActivity();
    assertThat(log).hasSize(4).allMatch(entry -> entry.getUserId().equals("100200300"));
    assertThat(log.get(0).getDetails()).containsEntry("actor", "token:default");
  }

  private static String etag(ApiResponse<Session> response) {
    return response.getHeaders().get("etag").get(0);
  }

  @Test
  void operatesAFleet() throws ApiException {
    new SessionsApi(client).saveSession(newSession("100200300", "sess_demo0001"), null, null);
    SessionLeases leases = store.as(SessionLeases.class).orElseThrow();
    RegisteredAgent agent =
        leases.register(AgentRegistration.builder("agent-1", Duration.ofSeconds(60), 9).build(), 1);
    FleetApi fleet = new FleetApi(client);
    assertThat(fleet.getFleet(null, null).getAgents())
        .singleElement()
        .satisfies(
            told -> {
              assertThat(told.getAgentId()).isEqualTo(agent.agentId());
              assertThat(told.getState().getValue()).isEqualTo("taking");
              assertThat(told.getEndedAt()).isNull();
            });
    assertThat(fleet.getFleet("false", "false").getSessions()).isNull();
    SessionPage page = new SessionsApi(client).listSessions(null, null, null, "true");
    assertThat(page.getFleet().getAgents()).hasSize(1);
    assertThat(page.getHoldings()).hasSameSizeAs(page.getSessions());
    fleet.moveSession("sess_demo0001", new Move().agentId(agent.agentId()));
    assertThat(leases.claim(agent.agentId(), 1, agent.world().timeline())).hasSize(1);
    Holding held = fleet.getHolding("sess_demo0001");
    assertThat(held.getRuns()).isTrue();
    assertThat(held.getExplanation()).startsWith("runs on agent-1 since ");
    assertThat(fleet.drainAgent(agent.agentId()).getState().getValue()).isEqualTo("draining");
    assertThat(fleet.stopFleet(new Stop().reason("a test")).getStopped()).isTrue();
    assertThat(fleet.resumeFleet().getReason()).isNull();
  }

  @Test
  void readsPages() throws ApiException {
    SessionsApi sessions = new SessionsApi(client);
    for (int i = 1; i <= 3; i++) {
      sessions.saveSession(newSession("10020030" + i, "sess_demo000" + i), null, null);
    }
    SessionPage first = sessions.listSessions("all", 2, null, null);
    SessionPage second = sessions.listSessions("all", 2, first.getNext(), null);
    assertThat(first.getSessions()).hasSize(2);
    assertThat(second.getSessions()).hasSize(1);
    assertThat(second.getNext()).isNull();
    assertThat(new ActivityApi(client).getStats(2).getSessions().getUnauthorized()).isEqualTo(3);
    assertThat(new ActivityApi(client).getStats(2).getSessions().getUnreadable()).isZero();
    assertThat(new ActivityApi(client).getStats(2).getActivity().getCounts()).hasSize(2);
  }

  @Test
  void readsHealthAndProblems() throws Exception {
    assertThat(new HealthApi(client).getHealth().getDatabase().getValue()).isEqualTo("ok");
    assertThat(new HealthApi(client).getDoctor().getChecks())
        .anySatisfy(
            check -> {
              assertThat(check.getCheck()).isEqualTo("triggers");
              assertThat(check.getStatus().getValue()).isEqualTo("ok");
              assertThat(check.getRemedy()).isNull();
            });
    ApiException incomplete =
        catchThrowableOfType(
            ApiException.class,
            () ->
                new SessionsApi(client)
                    .saveSession(new SessionEdit().userId("100200300"), null, null));
    assertThat(incomplete.getCode()).isEqualTo(422);
    Problem problem =
        client.getObjectMapper().readValue(incomplete.getResponseBody(), Problem.class);
    assertThat(problem.getErrors())
        .extracting("field")
        .containsExactly("session_id", "api_id", "api_hash");
    client.setRequestInterceptor(request -> {});
    ApiException unknown =
        catchThrowableOfType(
            ApiException.class, () -> new SessionsApi(client).listSessions(null, null, null, null));
    assertThat(unknown.getCode()).isEqualTo(401);
  }
}
