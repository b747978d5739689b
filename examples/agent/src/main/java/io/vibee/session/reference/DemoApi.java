package io.vibee.session.reference;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.SQLException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;

/**
 * Tells the part of the story in which a running agent gets a client through its API, and loses it
 * again.
 */
final class DemoApi {
  private static final String CLIENT =
      """
      {"user_id":"100200304","session_id":"sess_demo0004","api_id":94892,\
      "api_hash":"0123456789abcdef0123456789abcde4","phone":"+10005550124"}""";

  private final PrintStream out;
  private final SqlConsole sql;
  private final String databaseUrl;
  private final Consumer<String> step;
  private final ByteArrayOutputStream agentLines = new ByteArrayOutputStream();
  private final HttpClient http = HttpClient.newHttpClient();

  DemoApi(PrintStream out, SqlConsole sql, String databaseUrl, Consumer<String> step) {
    this.out = out;
    this.sql = sql;
    this.databaseUrl = databaseUrl;
    this.step = step;
  }

  void tell() throws IOException, SQLException {
    step.accept("An agent with the REST API, and a bridge that it asks who is logged in");
    try (DemoBridge bridge = DemoBridge.knowing("sess_demo0004");
        Agent agent =
            Agent.open(
                Map.of(
                    "DATABASE_URL",
                    databaseUrl,
                    "MULTI_TENANT",
                    "true",
                    "VIBEE_BRIDGE_URL",
                    bridge.url(),
                    "PORT",
                    "0"),
                new PrintStream(agentLines, true, UTF_8))) {
      agent.start();
      printAgentLines();
      String sessions = Objects.requireNonNull(agent.admin()).url() + "api/v1/sessions";

      step.accept("Add a client, as the guide's curl does: encrypted, and started at once");
      HttpRequest.Builder post = HttpRequest.newBuilder(URI.create(sessions));
      send(post.header("Content-Type", "application/json").POST(BodyPublishers.ofString(CLIENT)));
      DemoWait.until("authorized", () -> sql.isTrue(DemoSql.CLIENT_IS_AUTHORIZED));
      printAgentLines();

      step.accept("The bridge said that it is logged in, and the database knows");
      sql.query(DemoSql.CLIENT);
      send(HttpRequest.newBuilder(URI.create(sessions + "/100200304")));

      step.accept("Remove it: kept in the database, inactive, and stopped at once");
      send(HttpRequest.newBuilder(URI.create(sessions + "/sess_demo0004")).DELETE());
      DemoWait.until("stopped", () -> agentLines.toString(UTF_8).contains("stopped "));
      printAgentLines();
      sql.query(DemoSql.CLIENT_LOG);
    }
  }

  private void send(HttpRequest.Builder builder) throws IOException {
    HttpRequest request = builder.build();
    out.println("   " + request.method() + " " + request.uri());
    try {
      HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
      out.println("   " + response.statusCode() + " " + response.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    }
  }

  /** Prints what the agent printed since the last call. */
  private void printAgentLines() {
    agentLines.toString(UTF_8).lines().forEach(line -> out.println("   " + line));
    agentLines.reset();
  }
}
