package io.vibee.session.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vibee.session.jdbc.JdbcSessionStore;
import io.vibee.session.jdbc.testing.Canary;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A real server over a real store on a database of its own, and a client that is polite. */
final class AdminFixture implements AutoCloseable {
  static final String TOKEN = "made-up-token-0001";
  static final ObjectMapper JSON = new ObjectMapper();

  final TestDatabase database;
  final JdbcSessionStore store;
  final List<SessionChange> changes = Collections.synchronizedList(new ArrayList<>());
  private final HttpClient client = HttpClient.newHttpClient();
  private AdminServer server;

  private AdminFixture(TestDatabase database, Map<String, String> environment) {
    this.database = database;
    store = database.store();
    server = start(environment);
  }

  /** A server that listens on a free port, with these variables more. */
  static AdminFixture with(Map<String, String> environment) {
    return new AdminFixture(TestDatabase.migrated(Postgres.NEWEST), environment);
  }

  static AdminFixture over(TestDatabase database) {
    return new AdminFixture(database, Map.of());
  }

  static AdminFixture withToken() {
    return with(Map.of("VIBEE_API_KEY", TOKEN));
  }

  static AdminFixture withoutToken() {
    return with(Map.of());
  }

  private AdminServer start(Map<String, String> environment) {
    Map<String, String> variables = new HashMap<>(environment);
    variables.putIfAbsent("PORT", "0");
    return AdminServer.over(store).environment(variables).onChange(changes::add).start();
  }

  AdminServer server() {
    return server;
  }

  int port() {
    return server.port();
  }

  /** The body that adds a session; its hash is one that tests look for in all output. */
  static String body(String userId, String sessionId) {
    return """
        {"user_id":"%s","session_id":"%s","api_id":94892,"api_hash":"%s","phone":"+10005550123"}\
        """
        .formatted(userId, sessionId, Canary.API_HASH);
  }

  Answer get(String path, String... headers) {
    return send("GET", path, null, headers);
  }

  Answer post(String path, String body, String... headers) {
    List<String> all = new ArrayList<>(List.of(headers));
    all.addAll(List.of("Content-Type", "application/json"));
    return send("POST", path, body, all.toArray(String[]::new));
  }

  Answer add(String userId, String sessionId, String... headers) {
    return post("/api/v1/sessions", body(userId, sessionId), headers);
  }

  Answer delete(String path, String... headers) {
    return send("DELETE", path, null, headers);
  }

  Answer send(String method, String path, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port() + path))
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body, UTF_8));
    if (headers.length > 0) request.headers(headers);
    try {
      return new Answer(client.send(request.build(), HttpResponse.BodyHandlers.ofString(UTF_8)));
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  static String[] bearer(String token, String... more) {
    List<String> headers = new ArrayList<>(List.of(more));
    headers.addAll(List.of("Authorization", "Bearer " + token));
    return headers.toArray(String[]::new);
  }

  /** Every row as one text, to tell whether any changed. */
  String rows() {
    return String.join("\n", database.query("select * from user_sessions order by id"));
  }

  @Override
  public void close() {
    server.close();
    store.close();
  }

  /** A response, read. */
  record Answer(HttpResponse<String> response) {
    int status() {
      return response.statusCode();
    }

    String body() {
      return response.body();
    }

    JsonNode json() {
      try {
        return JSON.readTree(body());
      } catch (JsonProcessingException e) {
        throw new AssertionError(body(), e);
      }
    }

    String header(String name) {
      return response.headers().firstValue(name).orElse(null);
    }

    /** The fields that a problem document names. */
    List<String> faultyFields() {
      return json().path("errors").findValuesAsText("field");
    }
  }
}
