package io.vibee.session.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vibee.session.SessionReport;
import io.vibee.session.agent.testing.AgentDatabase;
import io.vibee.session.jdbc.JdbcSessionStore;
import io.vibee.session.jdbc.testing.CapturedLog;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HeartbeatsTest {
  private static final Duration NEVER = Duration.ofHours(1);

  private final List<String> statements = new CopyOnWriteArrayList<>();
  private final AtomicBoolean broken = new AtomicBoolean();
  private AgentDatabase database;
  private Heartbeats heartbeats;
  private AgentThread thread;

  @AfterEach
  void stop() {
    thread.close();
  }

  private void start(List<String> held, Duration interval) {
    start(database.dataSource(), held, interval);
  }

  private void start(DataSource dataSource, List<String> held, Duration interval) {
    heartbeats =
        new Heartbeats(
            JdbcSessionStore.over(watched(dataSource)),
            () -> held,
            interval,
            new BackOff(Duration.ofMillis(20), () -> 0),
            new StoreHealth(),
            Ticker.SYSTEM);
    thread = AgentThread.start("test", heartbeats, heartbeats::stop);
  }

  /** Records each statement, and breaks when told to. */
  private DataSource watched(DataSource real) {
    return proxy(
        DataSource.class,
        real,
        (method, result) -> {
          if (broken.get()) throw new SQLException("made up", "08006");
          return proxy(Connection.class, (Connection) result, this::noted);
        });
  }

  private Object noted(String statement, Object result) {
    if (statement.contains("last_seen_at")) statements.add(statement);
    return result;
  }

  private interface After {
    Object apply(String firstArgument, Object result) throws SQLException;
  }

  private static <T> T proxy(Class<T> type, T real, After after) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              try {
                Object result = method.invoke(real, arguments);
                boolean text = arguments != null && arguments[0] instanceof String;
                return after.apply(text ? (String) arguments[0] : "", result);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }

  private String seen() throws SQLException {
    return database.value("select count(last_seen_at) from user_sessions");
  }

  @Test
  void writesAllSessionsInOneStatement() throws Exception {
    database = AgentDatabase.with("1");
    database.addMany(2, 2000);
    start(IntStream.rangeClosed(1, 2000).mapToObj(n -> "sess_" + n).toList(), NEVER);
    await().until(() -> seen().equals("2000"));
    assertThat(statements).hasSize(1);
    heartbeats.ofSessions(
        List.of(
            SessionReport.of("sess_7", true),
            SessionReport.failed("sess_8", "the bridge cannot be reached")));
    await().until(() -> database.logOf("sess_7").contains("login"));
    assertThat(database.logOf("sess_8")).contains("error");
    assertThat(statements).hasSize(2);
    assertThat(database.value("select count(*) from user_sessions where is_authorized"))
        .isEqualTo("1");
  }

  @Test
  void reportsASessionAgainIfSomebodyHeldItsRow() throws Exception {
    database = AgentDatabase.with("1");
    database.addMany(2, 3);
    start(List.of("sess_1", "sess_2", "sess_3"), Duration.ofMillis(200));
    await().until(() -> seen().equals("3"));
    try (Connection somebody = database.dataSource().getConnection();
        Statement statement = somebody.createStatement()) {
      somebody.setAutoCommit(false);
      statement.execute("select from user_sessions where session_id = 'sess_2' for update");
      heartbeats.ofSessions(
          List.of(
              SessionReport.failed("sess_1", "made up"),
              SessionReport.failed("sess_2", "made up")));
      await().until(() -> database.logOf("sess_1").contains("error"));
      int before = statements.size();
      await().until(() -> statements.size() > before + 60); // it has given up once
      somebody.rollback();
    }
    await().until(() -> database.logOf("sess_2").contains("error"));
    assertThat(database.logOf("sess_1")).containsOnlyOnce("error");
  }

  @Test
  void keepsWhatItCouldNotWriteAndTheLatestOfIt() throws Exception {
    database = AgentDatabase.with("1");
    start(List.of("sess_1"), NEVER);
    await().until(() -> seen().equals("1"));
    broken.set(true);
    heartbeats.ofSessions(List.of(SessionReport.failed("sess_1", "the bridge made it up")));
    heartbeats.bridgeFails("cannot be reached");
    heartbeats.ofSessions(List.of(SessionReport.of("sess_1", false)));
    heartbeats.ofSessions(List.of(SessionReport.of("sess_1", true)));
    broken.set(false);
    await().until(() -> database.logOf("*").contains("error"));
    assertThat(database.logOf("sess_1")).contains("login", "error");
    assertThat(
            database.value(
                "select details ->> 'error' from session_activity where session_id = '*'"
                    + " and activity_type = 'error'"))
        .isEqualTo("the bridge cannot be reached");
    heartbeats.ofSessions(List.of(SessionReport.of("sess_1", true)));
    await().until(() -> statements.size() >= 3);
    assertThat(database.logOf("sess_1").split("error", -1)).as("told once").hasSize(2);
  }

  @Test
  void worksWithOnlyTheRightToMarkSessionsAsSeen() throws Exception {
    database = AgentDatabase.with("1", "2");
    DataSource least = database.asRoleThatMayOnlyTouch();
    try (CapturedLog log = new CapturedLog(Heartbeats.class.getName())) {
      start(least, List.of("sess_1", "sess_2"), Duration.ofMillis(300));
      await().until(() -> seen().equals("2"));
      for (int round = 0; round < 2; round++) {
        database.execute("update user_sessions set last_seen_at = null");
        heartbeats.bridgeFails("cannot be reached");
        heartbeats.ofSessions(List.of(SessionReport.of("sess_1", true)));
        await().until(() -> seen().equals("2"));
      }
      thread.close();
      assertThat(log.lines())
          .singleElement()
          .asString()
          .contains("what the bridge says is not stored", "docs/security.md");
    }
  }

  @Test
  void writesNothingWhileNothingIsHeld() throws Exception {
    database = AgentDatabase.with();
    start(List.of(), Duration.ofMillis(10));
    heartbeats.bridgeFails("cannot be reached");
    await().until(() -> database.logOf("*").contains("error"));
    assertThat(statements).isEmpty();
  }
}
