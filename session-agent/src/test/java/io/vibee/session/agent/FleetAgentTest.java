package io.vibee.session.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vibee.session.MisconfiguredException;
import io.vibee.session.SchemaVersionException;
import io.vibee.session.Session;
import io.vibee.session.SessionLeases;
import io.vibee.session.SessionSource;
import io.vibee.session.agent.testing.AgentDatabase;
import io.vibee.session.jdbc.JdbcSessionStore;
import io.vibee.session.jdbc.testing.CapturedLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Agents of a fleet, in this process, on one real database. */
@SuppressWarnings("try") // closes may throw what they like
class FleetAgentTest {
  private static final Duration SOON = Duration.ofSeconds(15);

  private final List<SessionAgent> agents = new ArrayList<>();
  private final Map<String, AtomicInteger> connected = new ConcurrentHashMap<>();
  private final List<String> calls = new CopyOnWriteArrayList<>();
  private final Map<String, Exception> refusing = new ConcurrentHashMap<>();
  private final Map<String, SessionContext> contexts = new ConcurrentHashMap<>();

  @AfterEach
  void close() {
    agents.forEach(SessionAgent::close);
  }

  private AutoCloseable connect(String agent, Session session, SessionContext context)
      throws Exception {
    String id = session.sessionId();
    Exception refusal = refusing.get(id);
    calls.add(agent + " start " + id);
    if (refusal != null) throw refusal;
    AtomicInteger count = connected.computeIfAbsent(id, key -> new AtomicInteger());
    if (count.incrementAndGet() > 1) calls.add("OVERLAP " + id);
    contexts.put(id, context);
    return () -> {
      calls.add(agent + " close " + id);
      count.decrementAndGet();
    };
  }

  private static FleetOptions quick(String name) {
    return FleetOptions.auto()
        .name(name)
        .beat(Duration.ofMillis(300))
        .silence(Duration.ofSeconds(4))
        .stop(Duration.ofMillis(500))
        .linger(Duration.ofMillis(500))
        .statementTimeout(Duration.ofSeconds(1))
        .coolDown(Duration.ofMillis(100))
        .waves(Duration.ofMillis(100), 1, 10);
  }

  private SessionAgent agent(SessionSource source, FleetOptions options) {
    String name = options.registration(false, Optional.empty()).name();
    SessionHandler handler =
        SessionHandler.withContext((session, context) -> connect(name, session, context));
    SessionAgent made =
        SessionAgent.over(source, handler).fleet(options).pace(50, Duration.ZERO).build();
    agents.add(made);
    return made;
  }

  private SessionAgent started(AgentDatabase database, FleetOptions options) {
    SessionAgent made = agent(SessionSource.ofAllActive(store(database)), options);
    made.start();
    return made;
  }

  private static JdbcSessionStore store(AgentDatabase database) {
    return JdbcSessionStore.over(database.dataSource());
  }

  private int running() {
    return agents.stream().mapToInt(each -> each.runningSessionIds().size()).sum();
  }

  private void assertNoOverlap() {
    assertThat(calls).noneMatch(call -> call.startsWith("OVERLAP"));
  }

  @Test
  void sharesSessionsAndHandsThemOverToANewerGeneration() throws Exception {
    AgentDatabase database = AgentDatabase.with();
    database.addMany(1, 40);
    SessionAgent first = started(database, quick("one"));
    await().atMost(SOON).until(() -> first.runningSessionIds().size() == 40);
    SessionAgent second = started(database, quick("two"));
    await()
        .atMost(SOON)
        .until(
            () ->
                first.runningSessionIds().size() == 20 && second.runningSessionIds().size() == 20);
    SessionAgent newer = started(database, quick("newer").generation(2));
    first.close();
    await().atMost(SOON).until(() -> newer.runningSessionIds().size() == 20);
    assertThat(second.runningSessionIds()).hasSize(20);
    second.close();
    await().atMost(SOON).until(() -> newer.runningSessionIds().size() == 40);
    newer.close();
    assertThat(database.value("select count(*) from session_leases where agent_id is not null"))
        .isEqualTo("0");
    assertThat(database.value("select count(*) from session_agents where clean")).isEqualTo("3");
    assertNoOverlap();
  }

  @Test
  void doesWhatOperatorsTellItAndSaysSoOnce() throws Exception {
    AgentDatabase database = AgentDatabase.with("1", "2");
    try (CapturedLog log = new CapturedLog(FleetNews.class.getName())) {
      started(database, quick("one"));
      await().atMost(SOON).until(() -> running() == 2);
      mark(database, "cordoned");
      await().atMost(SOON).until(() -> log.lines().size() == 2);
      mark(database, "draining");
      await().atMost(SOON).until(() -> running() == 0);
      database.value("select session_fleet_stop('a test')");
      await().atMost(SOON).until(() -> log.lines().size() == 4);
      mark(database, "taking");
      await().atMost(SOON).until(() -> log.lines().size() == 5);
      assertThat(running()).isZero();
      database.value("select session_fleet_resume()");
      await().atMost(SOON).until(() -> running() == 2);
      assertThat(log.lines()).first().asString().contains("takes part in the fleet", "one");
      assertThat(log.lines().subList(1, log.lines().size()))
          .containsExactly(
              "INFO an operator has told the agent to take no more sessions",
              "INFO an operator has told the agent to let go of all its sessions",
              "WARNING the fleet is stopped: nothing is started until somebody resumes it",
              "INFO an operator lets the agent take sessions again",
              "INFO the fleet was resumed: sessions are started again");
    }
    assertNoOverlap();
  }

  private static void mark(AgentDatabase database, String state) throws Exception {
    database.value(
        "select session_fleet_mark(id, '%s') from session_agents where state <> 'ended'"
            .formatted(state));
  }

  @Test
  void followsWhatOperatorsChange() throws Exception {
    AgentDatabase database = AgentDatabase.with("1", "2");
    SessionAgent agent = started(database, quick("one"));
    await().atMost(SOON).until(() -> running() == 2);
    database.add("3");
    await().atMost(Duration.ofSeconds(2)).until(() -> running() == 3);
    database.execute("update user_sessions set is_active = false where user_id = '1'");
    await().atMost(SOON).until(() -> running() == 2);
    database.execute("update user_sessions set is_active = true where user_id = '1'");
    await().atMost(SOON).until(() -> running() == 3);
    database.execute("delete from user_sessions where user_id = '2'");
    await().atMost(SOON).until(() -> running() == 2);
    calls.clear();
    database.execute("update user_sessions set api_id = 94893 where user_id = '3'");
    await().atMost(SOON).until(() -> calls.size() == 2);
    assertThat(calls).containsExactly("one close sess_3", "one start sess_3");
    database.execute("update user_sessions set session_id = 'moved' where user_id = '3'");
    await().atMost(SOON).until(() -> agent.runningSessionIds().contains("moved"));
    assertThat(agent.runningSessionIds()).containsExactlyInAnyOrder("moved", "sess_1");
    assertNoOverlap();
  }

  @Test
  void keepsWhatTelegramRefusesFromEverybodyUntilItIsCleared() throws Exception {
    AgentDatabase database = AgentDatabase.with("1", "2", "3");
    JdbcSessionStore store = store(database);
    SessionLeases leases = store.as(SessionLeases.class).orElseThrow();
    refusing.put(
        "sess_1", new SessionRefusedException(SessionRefusedException.Reason.AUTH_KEY_DUPLICATED));
    started(database, quick("one").brake(10, 1));
    started(database, quick("two").brake(10, 1));
    await().atMost(SOON).until(() -> running() == 2);
    await().atMost(SOON).until(() -> leases.find("sess_1").orElseThrow().detail().isPresent());
    assertThat(leases.find("sess_1").orElseThrow().detail()).contains("AUTH_KEY_DUPLICATED");
    await()
        .atMost(SOON)
        .until(
            () -> {
              // Of no effect while the one agent has closed it, and the other not yet started it.
              contexts.get("sess_2").refused(SessionRefusedException.Reason.BANNED);
              return leases.find("sess_2").orElseThrow().detail().isPresent();
            });
    await().atMost(SOON).until(() -> running() == 1);
    assertThat(calls.stream().filter(call -> call.endsWith("start sess_1"))).hasSize(1);
    refusing.clear();
    assertThat(leases.clear("sess_1")).isTrue();
    await().atMost(SOON).until(() -> running() == 2);
    assertNoOverlap();
    store.close();
  }

  @Test
  void aPauseIsKeptAcrossRestarts() throws Exception {
    AgentDatabase database = AgentDatabase.with("1");
    refusing.put("sess_1", new FloodWaitException(Duration.ofMinutes(5)));
    SessionAgent agent = started(database, quick("one"));
    await()
        .atMost(SOON)
        .until(
            () ->
                database
                    .value("select quiet_until > now() + interval '4 min' from session_leases")
                    .equals("t"));
    agent.close();
    refusing.clear();
    started(database, quick("two"));
    await().during(Duration.ofSeconds(1)).until(() -> running() == 0);
  }

  @Test
  void oneUsersAgentWaitsForTheOtherAndTakesOver() throws Exception {
    AgentDatabase database = AgentDatabase.with("1", "2");
    SessionAgent first = agent(SessionSource.ofUser(store(database), "1"), quick("one"));
    first.start();
    await().atMost(SOON).until(() -> running() == 1);
    SessionAgent second = agent(SessionSource.ofUser(store(database), "1"), quick("two"));
    try (CapturedLog log = new CapturedLog(SessionAgent.class.getName())) {
      second.start();
      assertThat(log.text())
          .contains("waits until its holder lets go of session sess_1 HELD by one");
    }
    started(database, quick("all"));
    await().atMost(SOON).until(() -> running() == 2);
    assertThat(second.runningSessionIds()).isEmpty();
    assertThat(second.isReady()).isTrue();
    first.close();
    await().atMost(SOON).until(() -> running() == 2);
    assertNoOverlap();
  }

  @Test
  void takesOverFromOneThatDied() throws Exception {
    AgentDatabase database = AgentDatabase.with();
    database.addMany(1, 20);
    SessionLeases leases = store(database).as(SessionLeases.class).orElseThrow();
    FleetOptions dead = quick("dead");
    var me = leases.register(dead.registration(false, Optional.empty()), 1);
    assertThat(leases.claim(me.agentId(), 10, me.world().timeline())).hasSize(10);
    started(database, quick("one"));
    await().atMost(SOON).until(() -> running() == 20);
    assertThat(database.value("select count(*) from session_agents where not clean"))
        .isEqualTo("1");
  }

  @Test
  void losesAllWhenTheDatabaseDoesNotAnswerAndComesBack() throws Exception {
    AgentDatabase database = AgentDatabase.with("1", "2");
    SessionAgent agent = started(database, quick("one"));
    await().atMost(SOON).until(() -> running() == 2);
    database.execute(
        "alter function session_fleet_beat(bigint, bigint, integer, boolean) rename to hidden");
    await().atMost(SOON).until(() -> running() == 0);
    assertThat(connected.values()).allMatch(count -> count.get() == 0);
    assertThat(agent.isReady()).isFalse();
    assertThat(contexts.get("sess_1").mayConnect()).isFalse();
    database.execute(
        "alter function hidden(bigint, bigint, integer, boolean) rename to session_fleet_beat");
    await().atMost(SOON).until(() -> running() == 2);
    assertNoOverlap();
  }

  @Test
  void takesNoPartWhereThereIsNoFleetUnlessItHasTo() throws Exception {
    AgentDatabase database = AgentDatabase.with("1");
    database.execute(
        "drop table session_leases, session_agents, session_fleet, session_fleet_world cascade;"
            + " drop function session_fleet_taken(text)");
    started(database, quick("one"));
    await().atMost(SOON).until(() -> running() == 1);
    SessionAgent must =
        agent(SessionSource.ofAllActive(store(database)), FleetOptions.on().name("must"));
    assertThatThrownBy(must::start).isInstanceOf(SchemaVersionException.class);
    SessionAgent none =
        agent(SessionSource.ofAllActive(store(database)), FleetOptions.off().name("none"));
    none.start();
    await().atMost(SOON).until(() -> running() == 2);
  }

  @Test
  void isRefusedWhatItsRoleMayNot() throws Exception {
    AgentDatabase database = AgentDatabase.with("1");
    JdbcSessionStore store = JdbcSessionStore.over(database.asRoleThatMayOnlyTouch());
    SessionAgent agent = agent(SessionSource.ofAllActive(store), quick("one"));
    assertThatThrownBy(agent::start)
        .isInstanceOf(MisconfiguredException.class)
        .hasMessageContaining("vibee_member")
        .hasMessageContaining("SESSION_FLEET=off");
    assertThat(calls).isEmpty();
  }

  @Test
  void needsNoMoreThanTheDocumentedGrants() throws Exception {
    AgentDatabase database = AgentDatabase.with("1", "2", "3");
    String role = "member_" + database.database().name();
    database.execute(grants(Path.of("../docs/security.md"), role));
    JdbcSessionStore store = JdbcSessionStore.over(database.database().anyDataSource(role));
    SessionAgent agent = agent(SessionSource.ofAllActive(store), quick("one"));
    refusing.put(
        "sess_1", new SessionRefusedException(SessionRefusedException.Reason.SESSION_REVOKED));
    refusing.put("sess_2", new FloodWaitException(Duration.ofMinutes(2)));
    agent.start();
    await()
        .atMost(SOON)
        .until(
            () ->
                database
                    .value("select count(reason) || '/' || count(quiet_until) from session_leases")
                    .equals("1/1"));
    await().atMost(SOON).until(() -> agent.runningSessionIds().equals(Set.of("sess_3")));
    String seen = "select count(last_seen_at) from user_sessions where user_id = '3'";
    await().atMost(SOON).until(() -> database.value(seen).equals("1"));
    database.add("4");
    await().atMost(SOON).until(() -> running() == 2);
    agent.close();
    assertThat(database.value("select clean from session_agents")).isEqualTo("t");
  }

  /** The statements of the guide that concern an agent of a fleet, for a role of this test. */
  private static String grants(Path guide, String role) throws IOException {
    return Files.readString(guide)
        .lines()
        .collect(Collectors.joining("\n"))
        .transform(text -> Arrays.stream(text.split("```(sql)?\\n|;\\n", -1)))
        .map(statement -> statement.replace(", vibee_operator", ""))
        .filter(statement -> statement.matches("(?s)(CREATE ROLE|GRANT) .*vibee_(agent|member).*"))
        .filter(statement -> !statement.matches("(?s).*vibee_(manager|owner|operator).*"))
        .map(each -> each.replace("vibee_member", role).replace("vibee_agent", role + "_base"))
        .collect(Collectors.joining(";\n"));
  }

  @Test
  void readsItsVariablesAndNamesEachThatIsWrong() {
    Map<String, String> wrong = new HashMap<>();
    wrong.put("SESSION_FLEET", "perhaps");
    wrong.put("SESSION_FLEET_CAPACITY", "0");
    wrong.put("SESSION_FLEET_SILENCE_SECONDS", "many");
    wrong.put("SESSION_FLEET_NAME", "a\nb");
    assertThatThrownBy(() -> SessionAgent.check(wrong))
        .isInstanceOf(MisconfiguredException.class)
        .hasMessageContainingAll(
            "SESSION_FLEET must be auto, on or off",
            "SESSION_FLEET_CAPACITY",
            "SESSION_FLEET_SILENCE_SECONDS",
            "SESSION_FLEET_NAME");
    assertThatThrownBy(() -> SessionAgent.check(Map.of("SESSION_FLEET_SILENCE_SECONDS", "10")))
        .hasMessageContaining("a silence of 10 s is too short");
    FleetOptions read =
        FleetOptions.fromEnvironment(
            Map.of(
                "SESSION_FLEET", "ON",
                "SESSION_FLEET_NAME", "agent-1",
                "SESSION_FLEET_ADDRESS", "10.0.0.7",
                "SESSION_FLEET_GENERATION", "7",
                "SESSION_FLEET_CAPACITY", "500"));
    assertThat(read.isAsked()).isTrue();
    assertThat(read.registration(false, Optional.empty()))
        .satisfies(
            told -> {
              assertThat(told.name()).isEqualTo("agent-1");
              assertThat(told.address()).contains("10.0.0.7");
              assertThat(told.generation()).isEqualTo(7);
              assertThat(told.capacity()).isEqualTo(500);
            });
    assertThat(Set.of(read.settings().silence())).containsExactly(Duration.ofSeconds(60));
  }
}
