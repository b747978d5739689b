package io.vibee.session.reference;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vibee.session.jdbc.SessionMigrations;
import io.vibee.session.jdbc.testing.Processes;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Runs the agent as deploy/kubernetes.yaml does, and asks it what the kubelet asks. */
@Execution(ExecutionMode.CONCURRENT)
class DeployIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path folder;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

  @Test
  void isReadyWhileItsDatabaseAnswersAndLivesAllTheTime() throws Exception {
    int databasePort = freePort();
    EmbeddedPostgres postgres = postgres(databasePort);
    String url = "postgresql://postgres@localhost:" + databasePort + "/postgres";
    SessionMigrations.migrate(url);
    Map<String, String> environment = new HashMap<>(DeployFilesTest.variablesOfKubernetes());
    environment.put("DATABASE_URL", url);
    environment.put("PORT", Integer.toString(freePort()));
    String server = "http://" + address() + ":" + environment.get("PORT");
    String live = server + DeployFilesTest.probe("livenessProbe");
    String ready = server + DeployFilesTest.probe("readinessProbe");
    Process agent = start(environment);
    try {
      awaitAnswer(agent, ready, 200);
      assertThat(status(live)).isEqualTo(200);
      assertThat(err()).contains("takes part in the fleet", "vibee-agent-0");
      postgres.close();
      awaitAnswer(agent, ready, 503);
      assertThat(status(live)).isEqualTo(200);
      postgres = postgres(databasePort);
      awaitAnswer(agent, ready, 200);
      agent.destroy();
      int grace = DeployFilesTest.gracePeriod();
      assertThat(agent.waitFor(grace, TimeUnit.SECONDS)).as(err()).isTrue();
      assertThat(agent.exitValue()).isEqualTo(143);
    } finally {
      agent.destroyForcibly().waitFor();
      postgres.close();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private EmbeddedPostgres postgres(int port) throws IOException {
    return EmbeddedPostgres.builder()
        .setOverrideWorkingDirectory(Path.of("target", "postgres-deploy").toFile())
        .setDataDirectory(folder.resolve("data"))
        .setCleanDataDirectory(false)
        .setPort(port)
        .setPGStartupWait(Duration.ofMinutes(1))
        .setLocaleConfig("locale", "C")
        .setServerConfig("fsync", "off")
        .start();
  }

  /** As a pod's is: not that of the loopback interface, if there is another. */
  private static String address() throws IOException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(each -> each instanceof Inet4Address && !each.isLoopbackAddress())
        .map(InetAddress::getHostAddress)
        .findFirst()
        .orElse("127.0.0.1");
  }

  private Process start(Map<String, String> environment) throws IOException {
    ProcessBuilder builder =
        Processes.of(
            Processes.java(), "-cp", System.getProperty("java.class.path"), Main.class.getName());
    builder.environment().putAll(environment);
    builder.redirectOutput(folder.resolve("out").toFile());
    builder.redirectError(folder.resolve("err").toFile());
    return builder.start();
  }

  private String err() throws IOException {
    return Files.readString(folder.resolve("err"), UTF_8);
  }

  private void awaitAnswer(Process agent, String url, int status) {
    await()
        .atMost(PATIENCE)
        .failFast(() -> assertThat(agent.isAlive()).as(err()).isTrue())
        .until(() -> status(url) == status);
  }

  /** Returns 0 if nobody answers. */
  private int status(String url) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(5)).build();
    try {
      return http.send(request, BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      return 0;
    }
  }
}
