package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vibee.session.AgentHealth;
import io.vibee.session.AgentRegistration;
import io.vibee.session.FleetAgent;
import io.vibee.session.Lease;
import io.vibee.session.OutcomeUnknownException;
import io.vibee.session.SessionLeases;
import io.vibee.session.jdbc.testing.PgBouncer;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import io.vibee.session.jdbc.testing.Wire;
import io.vibee.session.jdbc.testing.Wire.Loss;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Connections of an agent that are cut by a proxy: before the server hears of a call, while it
 * works, and after it has committed.
 */
class FleetLostAnswersTest {
  private static final AgentRegistration AGENT =
      AgentRegistration.builder("agent", Duration.ofSeconds(60), 1000).build();

  /** The timeline of a server that was never promoted. */
  private static final long TIMELINE = 1;

  /** The first token of a session. */
  private static final long FIRST = (TIMELINE << 40) + 1;

  /** What is between an agent and its server, and where that is cut. */
  private enum Line {
    TO_THE_OLDEST,
    TO_THE_NEWEST,
    TO_A_POOLER,
    BEHIND_A_POOLER
  }

  static Stream<Arguments> cuts() {
    return Arrays.stream(Line.values())
        .flatMap(
            line -> Stream.of(Loss.REQUEST, Loss.ANSWER).map(lost -> Arguments.of(line, lost)));
  }

  @TempDir Path folder;

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private TestDatabase database;
  private Wire wire;
  private SessionLeases leases;

  private void connect(Line line, int sessions) throws Exception {
    database =
        TestDatabase.migrated(line == Line.TO_THE_OLDEST ? Postgres.OLDEST : Postgres.NEWEST);
    database.insertMany(sessions);
    int port = database.postgres().port();
    if (line == Line.TO_A_POOLER) port = pooler(port);
    wire = closedLater(new Wire(port));
    PGSimpleDataSource cut = database.dataSource(); // without a pool, whose log would say so, too
    cut.setPortNumbers(
        new int[] {line == Line.BEHIND_A_POOLER ? pooler(wire.port()) : wire.port()});
    JdbcSessionStore store = closedLater(JdbcSessionStore.over(cut));
    leases = store.as(SessionLeases.class).orElseThrow();
  }

  private int pooler(int server) throws Exception {
    return closedLater(PgBouncer.start(database, server, "transaction", 2, folder)).port();
  }

  private <T extends AutoCloseable> T closedLater(T resource) {
    opened.push(resource);
    return resource;
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : opened) each.close();
  }

  private void assertUnknown(String function, Loss lost, ThrowingCallable call) {
    wire.cut("session_fleet_" + function, lost);
    assertThatThrownBy(call).isInstanceOf(OutcomeUnknownException.class);
  }

  private String beatOf(long agent) {
    return database.value("select beat from session_agents where id = " + agent);
  }

  private List<Lease> leasesOf(long agent) {
    return database
        .query(
            "select session_id, token from session_leases where agent_id = "
                + agent
                + " order by session_id collate \"C\"")
        .stream()
        .map(row -> row.split("\\|", 2))
        .map(columns -> new Lease(columns[0], Long.parseLong(columns[1])))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("cuts")
  void leaveABeatThatCountsAsNone(Line line, Loss lost) throws Exception {
    connect(line, 2);
    long agent = leases.register(AGENT, 1).agentId();
    long peer = leases.register(AGENT, 1).agentId();
    List<Lease> held = leases.claim(agent, 1, TIMELINE);
    assertUnknown("beat", lost, () -> leases.beat(agent, 2, AgentHealth.STARTING));
    assertThat(beatOf(agent)).isEqualTo(lost == Loss.ANSWER ? "2" : "1");
    // It counts it as none, and beats again; what it holds is its own all the time.
    FleetAgent seen = leases.beat(agent, 3, AgentHealth.STARTING).orElseThrow().agents().get(0);
    assertThat(seen.beat()).isEqualTo(3);
    assertThat(seen.held()).isEqualTo(1);
    assertThat(leases.held(agent, TIMELINE)).isEqualTo(held);
    // Whoever saw an earlier beat, or the one that was lost, does not end it.
    assertThat(leases.end(agent, 1)).isFalse();
    assertThat(leases.end(agent, 2)).isFalse();

    assertUnknown("beat", lost, () -> leases.beat(agent, 4, AgentHealth.STARTING));
    assertThat(leases.beat(peer, 2, AgentHealth.STARTING).orElseThrow().agents().get(0).beat())
        .as("what a peer sees")
        .isEqualTo(lost == Loss.ANSWER ? 4 : 3);
    assertThat(leases.end(agent, Long.parseLong(beatOf(agent)))).isTrue();
    assertThat(leases.beat(agent, 5, AgentHealth.STARTING))
        .as("after it was silent for too long")
        .isEmpty();
  }

  @ParameterizedTest
  @MethodSource("cuts")
  void leaveAClaimThatIsReadBackWithItsTokens(Line line, Loss lost) throws Exception {
    connect(line, 700); // whose answer takes more than one packet
    long agent = leases.register(AGENT, 1).agentId();
    long other = leases.register(AGENT, 1).agentId();
    List<Lease> known = leases.claim(agent, 5, TIMELINE);
    assertUnknown("claim", lost, () -> leases.claim(agent, 600, TIMELINE));

    List<Lease> held = leases.held(agent, TIMELINE);
    assertThat(held)
        .isEqualTo(leasesOf(agent))
        .hasSize(lost == Loss.ANSWER ? 605 : 5)
        .containsAll(known)
        .allMatch(lease -> lease.token() == FIRST);
    List<Lease> more = leases.claim(agent, 1000, TIMELINE);
    assertThat(more).hasSize(700 - held.size()).doesNotContainAnyElementsOf(held);
    assertThat(leases.claim(other, 1000, TIMELINE)).isEmpty();
    assertThat(leases.beat(agent, 2, AgentHealth.STARTING).orElseThrow().agents().get(0).held())
        .isEqualTo(700);

    assertThat(leases.release(agent, held, Duration.ZERO)).isEqualTo(Set.copyOf(held));
    assertThat(leases.claim(other, 1000, TIMELINE))
        .containsExactlyInAnyOrderElementsOf(
            held.stream().map(lease -> new Lease(lease.sessionId(), FIRST + 1)).toList());
    assertThat(leases.held(agent, TIMELINE)).containsExactlyInAnyOrderElementsOf(more);
  }

  @ParameterizedTest
  @MethodSource("cuts")
  void leaveAReleaseThatIsMadeAgain(Line line, Loss lost) throws Exception {
    connect(line, 3);
    long agent = leases.register(AGENT, 1).agentId();
    long other = leases.register(AGENT, 1).agentId();
    List<Lease> held = leases.claim(agent, 3, TIMELINE);
    List<Lease> given = held.subList(0, 2);
    assertUnknown("release", lost, () -> leases.release(agent, given, Duration.ZERO));
    assertThat(leases.held(agent, TIMELINE)).hasSize(lost == Loss.ANSWER ? 1 : 3);
    assertThat(leases.release(agent, given, Duration.ZERO))
        .isEqualTo(lost == Loss.ANSWER ? Set.of() : Set.copyOf(given));
    assertThat(leases.held(agent, TIMELINE)).containsExactly(held.get(2));
    assertThat(leases.claim(other, 9, TIMELINE)).hasSize(2);
    assertThat(leases.release(agent, given, Duration.ZERO)).as("somebody else's now").isEmpty();
    assertThat(leases.held(other, TIMELINE)).hasSize(2);
  }

  @ParameterizedTest
  @MethodSource("cuts")
  void leaveAnEndAndARegistrationThatAreMadeAgain(Line line, Loss lost) throws Exception {
    connect(line, 2);
    long victim = leases.register(AGENT, 1).agentId();
    assertThat(leases.claim(victim, 2, TIMELINE)).hasSize(2);
    assertUnknown("end", lost, () -> leases.end(victim, 1));
    assertThat(leases.end(victim, 1)).isEqualTo(lost == Loss.REQUEST);
    assertThat(leases.beat(victim, 2, AgentHealth.STARTING)).isEmpty();

    assertUnknown("register", lost, () -> leases.register(AGENT, 77));
    long heir = leases.register(AGENT, 78).agentId();
    assertThat(leases.claim(heir, 9, TIMELINE))
        .hasSize(2)
        .allMatch(lease -> lease.token() == FIRST + 1);
    List<FleetAgent> agents = leases.beat(heir, 79, AgentHealth.STARTING).orElseThrow().agents();
    assertThat(agents).hasSize(lost == Loss.ANSWER ? 2 : 1);
    if (lost == Loss.ANSWER) {
      FleetAgent nobody = agents.get(0);
      assertThat(nobody.held()).isZero();
      assertThat(leases.end(nobody.agentId(), nobody.beat())).isTrue();
    }
    assertThat(leases.beat(heir, 80, AgentHealth.STARTING).orElseThrow().agents()).hasSize(1);
  }

  /** Its agent has read back by then; the count of its next beat tells it to read again. */
  @ParameterizedTest
  @EnumSource(names = {"TO_THE_OLDEST", "TO_THE_NEWEST"})
  void leaveAClaimThatIsMadeLater(Line line) throws Exception {
    connect(line, 5);
    long agent = leases.register(AGENT, 1).agentId();
    try (Connection migrating = database.connect();
        Statement lock = migrating.createStatement()) {
      migrating.setAutoCommit(false);
      lock.execute("lock table user_sessions in access exclusive mode");
      assertUnknown("claim", Loss.CLIENT, () -> leases.claim(agent, 3, TIMELINE));
      await().until(this::somebodyWaits);
      assertThat(leases.held(agent, TIMELINE)).isEmpty();
      assertThat(leases.beat(agent, 2, AgentHealth.STARTING).orElseThrow().agents().get(0).held())
          .isZero();
      migrating.rollback();
    }
    await()
        .until(
            () -> leases.beat(agent, 3, AgentHealth.STARTING).orElseThrow().agents().get(0).held(),
            held -> held == 3);
    List<Lease> held = leases.held(agent, TIMELINE);
    assertThat(held).hasSize(3).isEqualTo(leasesOf(agent));
    assertThat(leases.claim(agent, 9, TIMELINE)).hasSize(2).doesNotContainAnyElementsOf(held);
  }

  private boolean somebodyWaits() {
    return !database
        .query(
            "select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()")
        .isEmpty();
  }
}
