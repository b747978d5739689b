package io.vibee.session.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vibee.session.agent.testing.AgentDatabase;
import io.vibee.session.agent.testing.FakeBridge;
import io.vibee.session.agent.testing.FakeBridge.Does;
import io.vibee.session.agent.testing.SilentProxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Runs the agent as a process, with a bridge that works, fails or hangs. */
@Execution(ExecutionMode.CONCURRENT)
class AgentBridgeIT {
  private static final String TOKEN = "made_up_token";

  @TempDir private Path folder;
  private AgentDatabase database;
  private FakeBridge bridge;

  @BeforeEach
  void prepare() throws Exception {
    database = AgentDatabase.with("1", "2", "3");
    bridge = new FakeBridge();
  }

  @AfterEach
  void stopBridge() {
    bridge.close();
  }

  private RunningAgent start(Map<String, String> variables) throws Exception {
    Map<String, String> environment = new HashMap<>(variables);
    environment.putIfAbsent("DATABASE_URL", database.url());
    environment.putIfAbsent("MULTI_TENANT", "true");
    environment.putIfAbsent("VIBEE_BRIDGE_URL", bridge.url());
    environment.putIfAbsent("PORT", "off");
    return RunningAgent.in(folder, environment);
  }

  private void awaitValue(String expected, String sql) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(database.value(sql)).isEqualTo(expected));
  }

  private static String authorized(int user) {
    return "select is_authorized from user_sessions where user_id = '" + user + "'";
  }

  @Test
  void keepsAuthorizationSeenTimesAndLogCurrent() throws Exception {
    bridge.sessions.put("sess_1", Does.AUTHORIZE);
    bridge.sessions.put("sess_3", Does.ERROR);
    bridge.unlisted.add("sess_3");
    database.execute("update user_sessions set is_authorized = true where user_id in ('2', '3')");
    try (RunningAgent agent = start(Map.of("VIBEE_API_KEY", TOKEN))) {
      agent.awaitOut("loaded 3 sessions");
      awaitValue("t", authorized(1));
      awaitValue("f", authorized(2));
      bridge.sessions.put("sess_1", Does.NOT_AUTHORIZE);
      awaitValue("f", authorized(1));
      await().until(() -> bridge.timesAsked("sess_3") >= 3);
      agent.stop();
      assertThat(agent.err())
          .contains("no state of 1 more session(s), such as sess_3: the bridge answered with")
          .doesNotContain("made_up");
    }
    assertThat(database.value(authorized(3))).as("an error leaves it as it is").isEqualTo("t");
    assertThat(database.logOf("sess_1")).contains("login", "logout");
    assertThat(database.logOf("sess_2")).contains("logout");
    assertThat(database.logOf("sess_3").split("error", -1)).as("one error").hasSize(2);
    assertThat(database.value("select count(*) from session_activity where details::text ~ 'made'"))
        .isEqualTo("0");
    assertThat(database.value("select count(last_seen_at) from user_sessions")).isEqualTo("3");
    assertThat(bridge.asked)
        .isNotEmpty()
        .allMatch(asked -> ("Bearer " + TOKEN).equals(asked.authorization()));
  }

  @Test
  void loadsAndKeepsBeatingWhileTheBridgeHangsAndStillEnds() throws Exception {
    for (int user = 1; user <= 3; user++) bridge.sessions.put("sess_" + user, Does.HANG);
    bridge.doesAlways(Does.HANG);
    try (RunningAgent agent = start(Map.of())) {
      agent.awaitOut("loaded 3 sessions");
      await().until(() -> !bridge.asked.isEmpty());
      awaitValue("3", "select count(last_seen_at) from user_sessions");
      String seen = database.value("select max(last_seen_at) from user_sessions");
      awaitValue("t", "select max(last_seen_at) > '" + seen + "' from user_sessions");
      agent.stop();
      assertThat(agent.err()).doesNotContain("without waiting");
    }
  }

  @Test
  void warnsOnceOfADeadBridgeAndUsesItWhenItLives() throws Exception {
    int port = bridge.port();
    bridge.close();
    try (RunningAgent agent = start(Map.of("VIBEE_BRIDGE_URL", "http://localhost:" + port))) {
      agent.awaitOut("loaded 3 sessions");
      String errors = "select count(*) from session_activity where activity_type = 'error'";
      awaitValue("1", errors + " and session_id = '*'");
      bridge = new FakeBridge(port);
      for (int user = 1; user <= 3; user++) bridge.sessions.put("sess_" + user, Does.AUTHORIZE);
      awaitValue("3", "select count(*) from user_sessions where is_authorized");
      agent.stop();
      assertThat(database.value(errors)).as("in all").isEqualTo("1");
      assertThat(agent.err().lines().filter(line -> line.contains("the bridge")))
          .hasSize(2)
          .last()
          .asString()
          .contains("answers again");
    }
  }

  @Test
  void endsInTimeWhileTheDatabaseHangs() throws Exception {
    try (RunningAgent agent = start(Map.of());
        Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      agent.awaitOut("loaded 3 sessions");
      awaitValue("3", "select count(last_seen_at) from user_sessions");
      connection.setAutoCommit(false);
      statement.execute("lock table user_sessions in access exclusive mode");
      awaitValue("t", "select (" + AgentDatabase.WAITING + ") > 0");
      agent.stop();
    }
    awaitValue(
        "0",
        "select count(*) from pg_stat_activity where datname = current_database() and"
            + " state <> 'idle' and pid <> pg_backend_pid()");
  }

  @Test
  void endsInTimeWhileTheNetworkToTheDatabaseIsCut() throws Exception {
    try (SilentProxy proxy = new SilentProxy(database.port())) {
      String url = database.url().replaceFirst(":[0-9]+/", ":" + proxy.port() + "/");
      try (RunningAgent agent = start(Map.of("DATABASE_URL", url))) {
        agent.awaitOut("loaded 3 sessions");
        awaitValue("3", "select count(last_seen_at) from user_sessions");
        proxy.silence();
        await().until(proxy::isWaitedFor);
        agent.stop();
      }
    }
  }

  @Test
  void asksOnceARoundForTenThousandSessionsAndEndsInTheMidstOfLoadingThem(@TempDir Path other)
      throws Exception {
    database.addMany(4, 10000);
    for (int user = 1; user <= 10_000; user++) bridge.sessions.put("sess_" + user, Does.AUTHORIZE);
    try (RunningAgent agent = start(Map.of("VIBEE_POLL_SECONDS", "30", "JAVA_OPTS", "-Xmx128m"))) {
      awaitValue("10000", "select count(*) from user_sessions where is_authorized");
      assertThat(bridge.asked).hasSize(1);
      assertThat(agent.out()).contains("loaded 10000 sessions");
      agent.stop();
    }
    folder = other;
    try (RunningAgent agent = start(Map.of())) {
      agent.awaitOut("session user_id=");
      agent.stop();
    }
  }

  @Test
  void tellsTheStateOfSessionsWithoutADatabase() throws Exception {
    bridge.sessions.put("sess_env", Does.AUTHORIZE);
    Map<String, String> legacy =
        Map.of(
            "TELEGRAM_SESSION_ID", "sess_env",
            "TELEGRAM_API_ID", "94892",
            "TELEGRAM_API_HASH", AgentDatabase.HASH,
            "SESSION_SOURCE", "env");
    try (RunningAgent agent = start(legacy)) {
      agent.awaitErr("session sess_env is authorized");
      bridge.sessions.remove("sess_env");
      agent.awaitErr("session sess_env is not authorized");
      agent.stop();
    }
  }

  @Test
  void refusesAMalformedUrlBeforeItLoads() throws Exception {
    StartSh startSh = StartSh.in(folder);
    for (String option : new String[] {"--once", ""}) {
      StartSh.Result result =
          startSh.run(
              Map.of("DATABASE_URL", database.url(), "VIBEE_BRIDGE_URL", "ftp://u:made_up@b.test"),
              option.isEmpty() ? new String[0] : new String[] {option});
      assertThat(result.exitCode()).isEqualTo(2);
      assertThat(result.out()).isEmpty();
      assertThat(result.lastErrorLine()).contains("VIBEE_BRIDGE_URL").doesNotContain("made_up");
    }
  }
}
