package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.AgentEndedException;
import io.vibee.session.AgentHealth;
import io.vibee.session.AgentMark;
import io.vibee.session.AgentRegistration;
import io.vibee.session.ChangeCursor;
import io.vibee.session.Changes;
import io.vibee.session.FleetAgent;
import io.vibee.session.FleetView;
import io.vibee.session.FleetWorld;
import io.vibee.session.Lease;
import io.vibee.session.ManagedSessionStore;
import io.vibee.session.OtherTimelineException;
import io.vibee.session.RegisteredAgent;
import io.vibee.session.SchemaVersionException;
import io.vibee.session.SessionChange;
import io.vibee.session.SessionChanges;
import io.vibee.session.SessionHolding;
import io.vibee.session.SessionLeases;
import io.vibee.session.SessionReport;
import io.vibee.session.StaleLeaseException;
import io.vibee.session.jdbc.sql.SessionSchema;
import io.vibee.session.jdbc.testing.DocumentedRoles;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Leases and the feed, as the store has them. */
class FleetStoreTest {
  private static final AgentRegistration AGENT =
      AgentRegistration.builder("agent", Duration.ofSeconds(60), 100)
          .generation(7)
          .address("host:8080")
          .process("boot 1", "pid 2")
          .build();

  private static SessionLeases leases(JdbcSessionStore store) {
    return store.as(SessionLeases.class).orElseThrow();
  }

  private static SessionChanges changes(JdbcSessionStore store) {
    return store.as(SessionChanges.class).orElseThrow();
  }

  @ParameterizedTest
  @EnumSource
  void saysWhatToRunWhereThereIsNoFleet(Postgres postgres) {
    TestDatabase database = postgres.createDatabase();
    database.execute(TestDatabase.migration());
    try (JdbcSessionStore store = database.store()) {
      TestSessions.saveAndLoad(store);
      for (Runnable call :
          List.<Runnable>of(
              () -> leases(store).register(AGENT, 1),
              () -> leases(store).list(),
              () -> changes(store).start(),
              () -> leases(store).under(List.of()).deactivate("sess_100200300"))) {
        assertThatThrownBy(call::run)
            .isInstanceOfSatisfying(
                SchemaVersionException.class,
                e -> assertThat(e.state()).isEqualTo(SchemaVersionException.State.MISSING))
            .hasMessageContainingAll("the fleet's tables are missing", "002_fleet.sql");
      }
      database.execute(TestDatabase.fleetMigration());
      assertThat(leases(store).list()).hasSize(1);
      database.execute("update session_fleet set version = version + 1");
    }
    try (JdbcSessionStore store = database.store()) {
      assertThatThrownBy(() -> leases(store).list())
          .isInstanceOf(SchemaVersionException.class)
          .hasMessageContainingAll(
              "have version " + (SessionSchema.FLEET_VERSION + 1), "update the library");
    }
  }

  /** With the grants of docs/security.md, by a role that owns nothing. */
  @ParameterizedTest
  @EnumSource
  void livesAndEndsAsAMember(Postgres postgres) {
    DocumentedRoles roles = DocumentedRoles.ofAnOwner(postgres);
    roles.database().insertMany(4);
    try (JdbcSessionStore store = JdbcSessionStore.open(roles.url("member"))) {
      SessionLeases leases = leases(store);
      RegisteredAgent first = leases.register(AGENT, 11);
      RegisteredAgent second = leases.register(AGENT, 12);
      assertThat(second.world()).isEqualTo(first.world());
      List<Lease> claimed = leases.claim(first.agentId(), 3, 1);
      assertThat(claimed).hasSize(3);
      assertThat(leases.held(first.agentId(), 1)).containsExactlyInAnyOrderElementsOf(claimed);

      FleetView view = leases.beat(first.agentId(), 21, AgentHealth.STARTING).orElseThrow();
      assertThat(view.world()).isEqualTo(first.world());
      assertThat(view.claimable()).isEqualTo(1);
      assertThat(view.runnable()).isEqualTo(4);
      assertThat(view.settled()).isTrue();
      assertThat(view.stopped()).isFalse();
      FleetAgent me = view.agents().get(0);
      assertThat(me.agentId()).isEqualTo(first.agentId());
      assertThat(me.beat()).isEqualTo(21);
      assertThat(me.held()).isEqualTo(3);
      assertThat(me.mark()).isEqualTo(AgentMark.TAKING);
      assertThat(me.registration().silence()).isEqualTo(Duration.ofSeconds(60));
      assertThat(me.registration().generation()).isEqualTo(7);
      assertThat(me.registration().machine()).hasValue("boot 1");
      assertThat(me.registration().process()).hasValue("pid 2");
      assertThat(view.agents().get(1).beat()).isEqualTo(12);

      Lease wanted = claimed.get(0);
      assertThat(leases.want(second.agentId(), wanted.sessionId())).isTrue();
      assertThat(leases.beat(first.agentId(), 22, AgentHealth.STARTING).orElseThrow().wanted())
          .containsExactly(wanted.sessionId());
      assertThat(leases.release(first.agentId(), List.of(wanted, new Lease("x", 1)), Duration.ZERO))
          .isEqualTo(Set.of(wanted));
      assertThat(leases.claim(second.agentId(), 1, 1))
          .containsExactly(new Lease(wanted.sessionId(), wanted.token() + 1));

      assertThat(leases.mark(second.agentId(), AgentMark.DRAINING)).isTrue();
      assertThat(leases.claim(second.agentId(), 1, 1)).isEmpty();
      assertThat(leases.end(first.agentId(), 21)).isFalse();
      assertThat(leases.end(first.agentId(), 22)).isTrue();
      assertThat(leases.beat(first.agentId(), 23, AgentHealth.STARTING)).isEmpty();
      assertThatThrownBy(() -> leases.claim(first.agentId(), 1, 1))
          .isInstanceOfSatisfying(
              AgentEndedException.class, e -> assertThat(e.agentId()).isEqualTo(first.agentId()));
      assertThatThrownBy(() -> leases.held(first.agentId(), 1))
          .isInstanceOf(AgentEndedException.class);
      for (ThrowingCallable call :
          List.<ThrowingCallable>of(
              () -> leases.claim(second.agentId(), 0, 9), () -> leases.held(second.agentId(), 9))) {
        assertThatThrownBy(call)
            .isInstanceOfSatisfying(
                OtherTimelineException.class, e -> assertThat(e.timeline()).isEqualTo(1))
            .hasMessageContaining("timeline 1, not on 9");
      }
      assertThat(leases.leave(second.agentId(), false)).isEqualTo(1);
      assertThat(leases.leave(second.agentId(), true)).isEqualTo(1);
      assertThatThrownBy(() -> leases.leave(second.agentId(), true))
          .isInstanceOf(AgentEndedException.class);
    }
  }

  @ParameterizedTest
  @EnumSource
  void saysWhyASessionDoesNotRun(Postgres postgres) {
    TestDatabase database = TestDatabase.migrated(postgres);
    database.insertMany(3);
    try (JdbcSessionStore store = database.store()) {
      SessionLeases leases = leases(store);
      assertThat(leases.find("sess_1").orElseThrow().state())
          .isEqualTo(SessionHolding.State.NO_AGENT);
      long agent = leases.register(AGENT, 1).agentId();
      List<Lease> held = leases.claim(agent, 2, 1);
      SessionHolding holding = leases.find(held.get(0).sessionId()).orElseThrow();
      assertThat(holding.state()).isEqualTo(SessionHolding.State.HELD);
      assertThat(holding.lease()).isEqualTo(held.get(0));
      assertThat(holding.agentId()).hasValue(agent);
      assertThat(holding.agent()).hasValue("agent");
      assertThat(holding.address()).hasValue("host:8080");
      assertThat(holding.since()).isPresent();
      assertThat(leases.quarantine(agent, new Lease(held.get(0).sessionId(), 1), "x")).isFalse();
      assertThat(leases.quarantine(agent, held.get(0), "AUTH_KEY_DUPLICATED")).isTrue();
      assertThat(leases.quietUntil(agent, held.get(1), Instant.now().plusSeconds(600))).isTrue();
      assertThat(leases.release(agent, held, Duration.ZERO)).hasSize(2);
      SessionHolding quarantined = leases.find(held.get(0).sessionId()).orElseThrow();
      assertThat(quarantined.state()).isEqualTo(SessionHolding.State.QUARANTINED);
      assertThat(quarantined.detail()).hasValue("AUTH_KEY_DUPLICATED");
      SessionHolding quiet = leases.find(held.get(1).sessionId()).orElseThrow();
      assertThat(quiet.state()).isEqualTo(SessionHolding.State.QUIET);
      assertThat(quiet.until()).isPresent();
      assertThat(leases.clear(held.get(0).sessionId())).isTrue();
      assertThat(leases.clear(held.get(0).sessionId())).isFalse();
      assertThat(leases.stop("a bad deployment")).isTrue();
      assertThat(leases.claim(agent, 5, 1)).isEmpty();
      assertThat(leases.resume()).isTrue();
      assertThat(leases.claim(agent, 5, 1)).hasSize(2);
      assertThat(leases.quarantine("sess_1", "by hand")).isTrue();
      assertThat(leases.quarantine("unknown", "by hand")).isFalse();
      assertThat(leases.list()).hasSize(3);
      assertThat(leases.find("unknown")).isEmpty();
    }
  }

  /** Whoever lost a session writes nothing to it any more. */
  @ParameterizedTest
  @EnumSource
  void refusesWriteBacksUnderAStaleToken(Postgres postgres) {
    TestDatabase database = TestDatabase.migrated(postgres);
    database.insertMany(2);
    try (JdbcSessionStore store = database.store()) {
      SessionLeases leases = leases(store);
      long agent = leases.register(AGENT, 1).agentId();
      List<Lease> held = leases.claim(agent, 2, 1);
      ManagedSessionStore mine = leases.under(held);
      assertThat(mine.touch(List.of("sess_1", "sess_2"))).isEqualTo(2);
      assertThat(mine.report(List.of(SessionReport.authorized("sess_1")))).hasSize(1);

      Lease lost =
          held.stream().filter(l -> l.sessionId().equals("sess_1")).findFirst().orElseThrow();
      leases.release(agent, List.of(lost), Duration.ZERO);
      String state = "select * from user_sessions order by id";
      List<String> before = database.query(state);
      for (Runnable change :
          List.<Runnable>of(
              () -> mine.touch(List.of("sess_1")),
              () -> mine.report(List.of(SessionReport.notAuthorized("sess_1"))),
              () -> mine.save(TestSessions.session("1")),
              () -> mine.deactivate("sess_1"))) {
        assertThatThrownBy(change::run)
            .isInstanceOfSatisfying(
                StaleLeaseException.class,
                e -> assertThat(e.sessionIds()).containsExactly("sess_1"));
      }
      assertThat(database.query(state)).isEqualTo(before);
      assertThat(store.touch(List.of("sess_1"))).as("without leases").isEqualTo(1);

      leases.end(agent, 1);
      assertThatThrownBy(() -> leases.under(held.subList(0, 1)).touch(List.of("sess_2")))
          .as("of an agent that has ended")
          .isInstanceOf(StaleLeaseException.class);
    }
  }

  @ParameterizedTest
  @EnumSource
  void feedsEachChangeOnce(Postgres postgres) {
    TestDatabase database = TestDatabase.migrated(postgres);
    database.insertMany(2);
    try (JdbcSessionStore store = database.store()) {
      SessionChanges feed = changes(store);
      ChangeCursor cursor = feed.start();
      assertThat(feed.since(cursor).list()).isEmpty();
      store.deactivate("sess_1");
      database.execute("update user_sessions set session_id = 'sess_new' where user_id = '2'");
      Changes told = feed.since(cursor);
      assertThat(told.everything()).isFalse();
      assertThat(told.list())
          .extracting(SessionChange::type)
          .containsExactly("session_deactivated", "session_updated");
      assertThat(told.list().get(0).userId()).hasValue("1");
      assertThat(told.list().get(1).sessionId()).isEqualTo("sess_new");
      assertThat(told.list().get(1).previousSessionId()).hasValue("sess_2");
      assertThat(feed.since(told.cursor()).list()).isEmpty();
      FleetWorld other = new FleetWorld(told.cursor().world().id() + 1, 1);
      Changes anew = feed.since(new ChangeCursor(other, cursor.snapshot()));
      assertThat(anew.everything()).isTrue();
      assertThat(anew.list()).isEmpty();
      assertThat(feed.since(anew.cursor()).everything()).isFalse();
    }
  }
}
