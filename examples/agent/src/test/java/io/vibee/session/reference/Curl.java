package io.vibee.session.reference;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vibee.session.jdbc.testing.Processes;
import io.vibee.session.jdbc.testing.Tools;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;

/** Calls an agent's API, with the guide's own command and with others. */
record Curl(String api, String token) {
  private static final HttpClient client = HttpClient.newHttpClient();

  /** Reads the agent's address from what it prints. */
  static Curl of(RunningAgent agent) {
    return of(agent, "");
  }

  static Curl of(RunningAgent agent, String token) {
    agent.awaitErr("admin API and page on http://");
    String line =
        agent.err().lines().filter(one -> one.startsWith("admin API")).findFirst().orElseThrow();
    return new Curl(line.substring(line.indexOf("http://")) + "api/v1/sessions", token);
  }

  int port() {
    return URI.create(api).getPort();
  }

  /** Runs the command of docs/quick-start.md as it is there, only on the agent's port. */
  String asInTheGuide() throws IOException, InterruptedException {
    Tools.require("curl");
    String guide = Files.readString(Path.of("..", "..", "docs", "quick-start.md"));
    String command =
        guide
            .substring(guide.indexOf("curl -X POST"))
            .lines()
            .takeWhile(line -> !line.startsWith("```"))
            .reduce((first, second) -> first + "\n" + second)
            .orElseThrow()
            .replace("http://localhost:8080/", "http://localhost:" + port() + "/");
    Process process =
        Processes.of(Tools.require("bash"), "-c", command + " -s -w ' %{http_code}'").start();
    String answer = new String(process.getInputStream().readAllBytes(), UTF_8);
    process.waitFor();
    return answer;
  }

  HttpResponse<String> post(String json) throws IOException, InterruptedException {
    return client.send(postOf(json), BodyHandlers.ofString());
  }

  HttpRequest postOf(String json) {
    return request("")
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(json))
        .build();
  }

  HttpResponse<String> postTo(String path) throws IOException, InterruptedException {
    return client.send(
        request(path).POST(BodyPublishers.noBody()).build(), BodyHandlers.ofString());
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(request(path).build(), BodyHandlers.ofString());
  }

  HttpResponse<String> delete(String sessionId) throws IOException, InterruptedException {
    return client.send(request("/" + sessionId).DELETE().build(), BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(api + path));
    if (!token.isEmpty()) request.header("Authorization", "Bearer " + token);
    return request;
  }
}
