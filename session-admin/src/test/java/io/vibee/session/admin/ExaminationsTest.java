package io.vibee.session.admin;

import static io.vibee.session.admin.AdminFixture.bearer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.vibee.session.ManagedSessionStore;
import io.vibee.session.admin.AdminFixture.Answer;
import io.vibee.session.admin.http.Problem;
import io.vibee.session.admin.http.Response;
import io.vibee.session.jdbc.JdbcSessionStore;
import io.vibee.session.jdbc.testing.Canary;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** What the API tells of a database that is not as it should be, and what it spends on that. */
class ExaminationsTest {
  private static final String DOCTOR = "/api/v1/doctor";

  private static List<String> checks(JsonNode document) {
    List<String> checks = new ArrayList<>();
    document
        .path("checks")
        .forEach(
            check ->
                checks.add(check.path("status").asText() + " " + check.path("check").asText()));
    return checks;
  }

  @Test
  void tellsWhatIsWrongAndHowToMendItToWhoeverHasTheToken() {
    try (AdminFixture admin = AdminFixture.withToken()) {
      admin.add("100200300", "sess_a", bearer(AdminFixture.TOKEN));
      admin.database.execute("drop trigger session_30_audit on user_sessions");
      assertThat(admin.get(DOCTOR).status()).isEqualTo(401);
      Answer answer = admin.get(DOCTOR, bearer(AdminFixture.TOKEN));
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.json().path("status").asText()).isEqualTo("failed");
      assertThat(checks(answer.json()))
          .startsWith("ok connection", "ok pooler")
          .contains("failed triggers", "ok cipher")
          .doesNotContain("ok sessions");
      for (JsonNode check : answer.json().path("checks")) {
        if (!check.path("check").asText().equals("triggers")) continue;
        assertThat(check.path("message").asText())
            .isEqualTo("missing: user_sessions.session_30_audit");
        assertThat(check.path("remedy").asText()).contains("run migrate");
      }
      assertThat(Canary.in(answer.body())).isEmpty();
    }
  }

  @Test
  void tellsThatThereIsNoConnection() {
    try (JdbcSessionStore store = JdbcSessionStore.open("postgresql://u@localhost:1/none");
        AdminServer server = AdminServer.over(store).environment(Map.of("PORT", "0")).start()) {
      assertThat(get(server))
          .startsWith("HTTP/1.1 200 ")
          .contains(
              "{\"status\":\"failed\",\"checks\":[{\"check\":\"connection\",\"status\":\"failed\"");
    }
  }

  @Test
  void refusesWhatTheStoreCannotDo() {
    try (AdminFixture admin = AdminFixture.withoutToken();
        AdminServer server =
            AdminServer.over(withoutDiagnostics(admin.store))
                .environment(Map.of("PORT", "0"))
                .start()) {
      assertThat(get(server)).startsWith("HTTP/1.1 501 ").contains("\"title\":\"Not Implemented\"");
    }
  }

  private static ManagedSessionStore withoutDiagnostics(ManagedSessionStore store) {
    return (ManagedSessionStore)
        Proxy.newProxyInstance(
            ExaminationsTest.class.getClassLoader(),
            new Class<?>[] {ManagedSessionStore.class},
            (proxy, method, arguments) -> {
              try {
                return method.invoke(store, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static String get(AdminServer server) {
    String host = "localhost:" + server.port();
    return RawHttp.exchange(
        server.port(),
        "GET " + DOCTOR + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
  }

  @Test
  void examinesOnceForAllWhoAsk() {
    try (AdminFixture admin = AdminFixture.withoutToken()) {
      Queue<Runnable> begun = new ArrayDeque<>();
      Examinations examinations = new Examinations(admin.store, begun::add, Duration.ofMillis(1));
      for (int i = 0; i < 3; i++) {
        Response late =
            catchThrowableOfType(Problem.class, () -> examinations.show(null)).response();
        assertThat(late.status()).isEqualTo(503);
        assertThat(late.headers()).containsKey("Retry-After");
      }
      assertThat(begun).hasSize(1);
      begun.remove().run();
      for (int i = 0; i < 3; i++) assertThat(examinations.show(null).status()).isEqualTo(200);
      assertThat(begun).isEmpty();
    }
  }

  @Test
  void aClosedStoreIsUnavailable() {
    try (AdminFixture admin = AdminFixture.withoutToken()) {
      admin.store.close();
      assertThat(admin.get(DOCTOR).status()).isEqualTo(503);
    }
  }
}
