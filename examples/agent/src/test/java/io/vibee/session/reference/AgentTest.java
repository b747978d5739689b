package io.vibee.session.reference;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.MisconfiguredException;
import io.vibee.session.agent.SessionHandler;
import io.vibee.session.agent.testing.AgentDatabase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class AgentTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @Test
  void endsItsAccountsBeforeAnotherAgentCanHaveThePort() throws Exception {
    List<String> calls = new ArrayList<>();
    int[] port = new int[1];
    UnaryOperator<SessionHandler> noting =
        printed ->
            session ->
                () ->
                    calls.add(session.sessionId() + (isTaken(port[0]) ? " in time" : " too late"));
    try (Agent agent = Agent.open(environment(), print(), noting)) {
      port[0] = URI.create(Objects.requireNonNull(agent.admin()).url()).getPort();
      agent.start();
    }
    assertThat(calls).containsExactlyInAnyOrder("sess_1 in time", "sess_2 in time");
    assertThat(isTaken(port[0])).isFalse();
  }

  @Test
  void printsNoLineForEachSessionAtTheEnd() throws Exception {
    try (Agent agent = Agent.open(environment(), print())) {
      agent.start();
    }
    assertThat(out.toString(UTF_8)).contains("loaded 2 sessions").doesNotContain("stopped");
  }

  @Test
  void saysAllThatIsWrongAtOnceBeforeAnythingIsOpened() {
    Map<String, String> wrong =
        Map.of(
            "USER_ID", "1 2",
            "DATABASE_URL", "'postgresql://nowhere.invalid/x'",
            "VIBEE_BRIDGE_URL", "ftp://bridge.test",
            "VIBEE_API_KEY", "made up",
            "VIBEE_POLL_SECONDS", "often",
            "PORT", "x");
    assertThatThrownBy(() -> Agent.open(wrong, print()))
        .isInstanceOfSatisfying(
            MisconfiguredException.class,
            e ->
                assertThat(e.problems())
                    .extracting(problem -> problem.split("\\W", 2)[0])
                    .containsExactlyInAnyOrder(
                        "USER_ID",
                        "DATABASE_URL",
                        "VIBEE_BRIDGE_URL",
                        "VIBEE_API_KEY",
                        "VIBEE_POLL_SECONDS",
                        "PORT"));
    Map<String, String> alone =
        Map.of(
            "TELEGRAM_SESSION_ID", "s",
            "TELEGRAM_API_ID", "1",
            "TELEGRAM_API_HASH", "made_up_hash",
            "PORT", "x");
    Agent.open(alone, print()).close(); // nothing is served
  }

  @Test
  void loadsFromAStandby() throws Exception {
    AgentDatabase made = AgentDatabase.with("1", "2");
    made.database()
        .execute(
            "alter database " + made.database().name() + " set default_transaction_read_only = on");
    Map<String, String> environment =
        Map.of(
            "DATABASE_URL",
            made.url() + "?target_session_attrs=read-only",
            "MULTI_TENANT",
            "true",
            "PORT",
            "0");
    try (Agent agent = Agent.open(environment, print())) {
      agent.start();
      assertThat(agent.admin()).isNotNull();
    }
    assertThat(out.toString(UTF_8)).contains("loaded 2 sessions");
  }

  private static Map<String, String> environment() throws Exception {
    String url = AgentDatabase.with("1", "2").url();
    return Map.of("DATABASE_URL", url, "MULTI_TENANT", "true", "PORT", "0");
  }

  private PrintStream print() {
    return new PrintStream(out, false, UTF_8);
  }

  private static boolean isTaken(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException nobodyListens) {
      return false;
    }
  }
}
