package io.vibee.session.admin;

import static io.vibee.session.admin.AdminFixture.bearer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.vibee.session.AgentRegistration;
import io.vibee.session.RegisteredAgent;
import io.vibee.session.SessionLeases;
import io.vibee.session.admin.AdminFixture.Answer;
import io.vibee.session.admin.Routes.Route;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The document describes the API: every route, every answer, and nothing else. */
class OpenApiTest {
  private static final String SESSIONS = "/api/v1/sessions";
  private static JsonNode document;

  @BeforeAll
  static void read() throws IOException {
    try (InputStream in = AdminApi.class.getResourceAsStream("openapi.json")) {
      document = AdminFixture.JSON.readTree(in);
    }
  }

  @Test
  void everyRouteIsDescribedAndEveryDescriptionIsARoute() {
    try (AdminFixture admin = AdminFixture.withoutToken()) {
      Background background = new Background();
      AdminApi api =
          new AdminApi(
              admin.store,
              AdminAccess.local(),
              change -> {},
              InstantSource.system(),
              background,
              new Health(admin.store, background.health(), null));
      Map<String, Route> routes =
          api.routes().stream()
              .filter(route -> !isPage(route.template()))
              .collect(Collectors.toMap(r -> r.method() + " " + r.template(), r -> r));
      assertThat(operations().keySet()).isEqualTo(new TreeSet<>(routes.keySet()));
      operations()
          .forEach(
              (name, operation) -> {
                Route route = routes.get(name);
                assertThat(parameters(operation)).as(name).isEqualTo(new TreeSet<>(route.query()));
                assertThat(operation.has("requestBody")).as(name).isEqualTo(route.takesBody());
                boolean open = operation.has("security") && operation.get("security").isEmpty();
                assertThat(open).as(name).isEqualTo(!Routes.isProtected(route.template()));
              });
    }
  }

  private static boolean isPage(String path) {
    return path.equals("/") || path.matches("/[a-z-]+\\.(js|css|svg)");
  }

  private static Map<String, JsonNode> operations() {
    Map<String, JsonNode> operations = new java.util.TreeMap<>();
    document
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        operation ->
                            operations.put(
                                operation.getKey().toUpperCase(java.util.Locale.ROOT)
                                    + " "
                                    + path.getKey(),
                                operation.getValue())));
    return operations;
  }

  private static Set<String> parameters(JsonNode operation) {
    Set<String> names = new TreeSet<>();
    for (JsonNode parameter : operation.path("parameters")) {
      JsonNode resolved = resolved(parameter);
      if (resolved.path("in").asText().equals("query")) names.add(resolved.path("name").asText());
    }
    return names;
  }

  private static JsonNode resolved(JsonNode node) {
    String reference = node.path("$ref").asText();
    return reference.isEmpty() ? node : document.at(reference.substring(1));
  }

  @Test
  void everyAnswerIsAsDescribed() {
    try (AdminFixture admin = AdminFixture.withToken()) {
      String[] token = bearer(AdminFixture.TOKEN);
      String one = SESSIONS + "/{id}";
      String id = SESSIONS + "/100200300";
      String session = SESSIONS + "/sess_demo0001";
      check("POST", SESSIONS, 201, admin.add("100200300", "sess_demo0001", token));
      check("POST", SESSIONS, 200, admin.add("100200300", "sess_demo0001", token));
      String chats = "{\"user_id\":\"100200300\",\"target_chats\":[1,\"a\",{\"b\":null},[2]]}";
      check("POST", SESSIONS, 200, admin.post(SESSIONS, chats, token));
      check("POST", SESSIONS, 400, admin.post(SESSIONS, "{", token));
      check("POST", SESSIONS, 401, admin.post(SESSIONS, "{}"));
      check("POST", SESSIONS, 409, admin.add("100200301", "sess_demo0001", token));
      String[] stale = bearer(AdminFixture.TOKEN, "If-Match", "\"1-99\"");
      check("POST", SESSIONS, 412, admin.add("100200300", "sess_demo0001", stale));
      check("POST", SESSIONS, 413, admin.post(SESSIONS, " ".repeat(70_000), token));
      String[] form = bearer(AdminFixture.TOKEN, "Content-Type", "text/plain");
      check("POST", SESSIONS, 415, admin.send("POST", SESSIONS, "{}", form));
      check("POST", SESSIONS, 422, admin.post(SESSIONS, "{}", token));
      check("GET", SESSIONS, 200, admin.get(SESSIONS + "?active=all&limit=1", token));
      check("GET", SESSIONS, 400, admin.get(SESSIONS + "?limit=0", token));
      String[] foreign = bearer(AdminFixture.TOKEN, "Origin", "https://evil.example");
      check("GET", SESSIONS, 403, admin.get(SESSIONS, foreign));
      check("GET", one, 200, admin.get(id, token));
      check("GET", one, 404, admin.get(SESSIONS + "/1", token));
      check("DELETE", one, 204, admin.delete(session, token));
      check("DELETE", one, 404, admin.delete(SESSIONS + "/1", token));
      String activate = session + "/activate";
      check("POST", one + "/activate", 200, admin.send("POST", activate, null, token));
      check("GET", one + "/activity", 200, admin.get(session + "/activity", token));
      check("GET", "/api/v1/activity", 200, admin.get("/api/v1/activity?limit=1", token));
      check("GET", "/api/v1/stats", 200, admin.get("/api/v1/stats", token));
      check("GET", "/api/v1/doctor", 200, admin.get("/api/v1/doctor", token));
      check("GET", "/api/v1/doctor", 401, admin.get("/api/v1/doctor"));
      checkFleet(admin, token);
      check("GET", "/health", 200, admin.get("/health"));
      check("GET", "/health/ready", 200, admin.get("/health/ready"));
      check("GET", "/health/live", 200, admin.get("/health/live"));
      check("GET", "/openapi.json", 200, admin.get("/openapi.json"));
      admin.store.close();
      check("GET", SESSIONS, 503, admin.get(SESSIONS, token));
      await().until(() -> admin.get("/health").status() == 503);
      check("GET", "/health", 503, admin.get("/health"));
    }
  }

  private static void checkFleet(AdminFixture admin, String[] token) {
    SessionLeases leases = admin.store.as(SessionLeases.class).orElseThrow();
    RegisteredAgent registered =
        leases.register(AgentRegistration.builder("a", Duration.ofSeconds(60), 9).build(), 1);
    long agent = registered.agentId();
    String fleet = "/api/v1/fleet";
    String one = SESSIONS + "/{id}";
    String session = SESSIONS + "/sess_demo0001";
    check("GET", fleet, 200, admin.get(fleet, token));
    check("GET", fleet, 200, admin.get(fleet + "?ended=true&counts=false", token));
    check("GET", fleet, 400, admin.get(fleet + "?ended=1", token));
    check("GET", fleet, 401, admin.get(fleet));
    check("GET", one + "/holding", 200, admin.get(session + "/holding", token));
    check("GET", one + "/holding", 404, admin.get(SESSIONS + "/1/holding", token));
    check("POST", one + "/clear", 200, admin.send("POST", session + "/clear", null, token));
    String[] form = bearer(AdminFixture.TOKEN, "Content-Type", "text/plain");
    check("POST", one + "/clear", 415, admin.send("POST", session + "/clear", null, form));
    String move = "{\"agent_id\":" + agent + "}";
    check("POST", one + "/move", 202, admin.post(session + "/move", move, token));
    check("POST", one + "/move", 422, admin.post(session + "/move", "{}", token));
    leases.claim(agent, 9, registered.world().timeline());
    check("POST", one + "/move", 200, admin.post(session + "/move", move, token));
    for (String verb : List.of("uncordon", "drain", "cordon")) {
      String path = fleet + "/agents/" + agent + "/" + verb;
      String template = fleet + "/agents/{id}/" + verb;
      check("POST", template, 200, admin.send("POST", path, null, token));
      String none = fleet + "/agents/1/" + verb;
      check("POST", template, 404, admin.send("POST", none, null, token));
    }
    check("POST", fleet + "/stop", 200, admin.post(fleet + "/stop", "{\"reason\":\"x\"}", token));
    check("POST", fleet + "/stop", 422, admin.post(fleet + "/stop", "{}", token));
    check("POST", fleet + "/resume", 200, admin.send("POST", fleet + "/resume", null, token));
  }

  private static void check(String method, String template, int status, Answer answer) {
    String call = method + " " + template + " " + status;
    assertThat(answer.status()).as(call + ": " + answer.body()).isEqualTo(status);
    JsonNode response =
        resolved(
            operations()
                .get(method + " " + template)
                .path("responses")
                .path(Integer.toString(status)));
    assertThat(response.isMissingNode()).as("undescribed: " + call).isFalse();
    response
        .path("headers")
        .fieldNames()
        .forEachRemaining(name -> assertThat(answer.header(name)).as(call + name).isNotNull());
    JsonNode content = response.path("content");
    if (content.isMissingNode()) {
      assertThat(answer.body()).as(call).isEmpty();
    } else {
      String type = answer.header("Content-Type");
      assertThat(content.has(type)).as(call + " of type " + type).isTrue();
      assertThat(violations(content.path(type).path("schema"), answer.json())).as(call).isEmpty();
    }
  }

  private static List<String> violations(JsonNode schema, JsonNode value) {
    ObjectNode root = schema.deepCopy();
    root.set("components", document.path("components"));
    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
        .getSchema(root)
        .validate(value, context -> context.getExecutionConfig().setFormatAssertionsEnabled(true))
        .stream()
        .map(Object::toString)
        .toList();
  }

  @Test
  void itsExamplesAreValid() {
    List<String> wrong = new ArrayList<>();
    document
        .path("components")
        .path("schemas")
        .properties()
        .forEach(
            schema -> {
              for (JsonNode example : schema.getValue().path("examples")) {
                wrong.addAll(violations(schema.getValue(), example));
              }
            });
    for (JsonNode response : document.path("components").path("responses")) {
      response
          .path("content")
          .forEach(
              content -> wrong.addAll(violations(content.path("schema"), content.path("example"))));
    }
    assertThat(wrong).isEmpty();
  }
}
