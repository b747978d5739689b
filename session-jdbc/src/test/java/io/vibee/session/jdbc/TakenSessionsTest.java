package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.AgentHealth;
import io.vibee.session.AgentRegistration;
import io.vibee.session.Lease;
import io.vibee.session.LoadedSessions;
import io.vibee.session.RegisteredAgent;
import io.vibee.session.Session;
import io.vibee.session.SessionHolding;
import io.vibee.session.SessionHolding.State;
import io.vibee.session.SessionLeases;
import io.vibee.session.SessionLoader;
import io.vibee.session.SessionSource;
import io.vibee.session.SessionTakenException;
import io.vibee.session.jdbc.testing.DocumentedRoles;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import io.vibee.session.process.ExitCode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Loading beside a fleet, by agents that take no part and have no rights on its tables. */
class TakenSessionsTest {
  private static final AgentRegistration OTHER =
      AgentRegistration.builder("other agent", Duration.ofSeconds(60), 10)
          .address("host:8080")
          .build();

  private static SessionLeases leases(JdbcSessionStore store) {
    return store.as(SessionLeases.class).orElseThrow();
  }

  /** Sessions of users 1 to 4: one is held, one in quarantine, one was held and is free again. */
  private static DocumentedRoles shared(Postgres postgres) {
    DocumentedRoles roles = DocumentedRoles.ofAnOwner(postgres);
    roles.database().insertMany(4);
    try (JdbcSessionStore member = JdbcSessionStore.open(roles.url("member"))) {
      SessionLeases leases = leases(member);
      RegisteredAgent agent = leases.register(OTHER, 1);
      List<Lease> claimed = leases.claim(agent.agentId(), 4, agent.world().timeline());
      assertThat(claimed).hasSize(4);
      for (Lease lease : claimed) {
        boolean quarantined = lease.sessionId().equals("sess_2");
        if (quarantined) leases.quarantine(agent.agentId(), lease, "AUTH_KEY_DUPLICATED");
        if (!lease.sessionId().equals("sess_1")) {
          assertThat(leases.release(agent.agentId(), List.of(lease), Duration.ZERO)).hasSize(1);
        }
      }
    }
    return roles;
  }

  private static Map<String, String> environment(DocumentedRoles roles, String name, String value) {
    return Map.of("DATABASE_URL", roles.url("agent"), name, value);
  }

  @ParameterizedTest
  @EnumSource
  void skipsAndReportsWhatAFleetRuns(Postgres postgres) {
    DocumentedRoles roles = shared(postgres);
    try (SessionLoader loader =
        SessionLoader.fromEnvironment(environment(roles, "MULTI_TENANT", "true"))) {
      LoadedSessions loaded = loader.load();
      assertThat(loaded.sessions())
          .extracting(Session::sessionId)
          .containsExactly("sess_3", "sess_4");
      assertThat(loaded.report().loaded()).isEqualTo(2);
      assertThat(loaded.report().unreadable()).isEmpty();
      assertThat(loaded.report().taken())
          .extracting(holding -> holding.lease().sessionId() + " " + holding.state())
          .containsExactlyInAnyOrder("sess_1 " + State.HELD, "sess_2 " + State.QUARANTINED);
      assertThat(loader.source().find("1")).as("told of a change").isEmpty();
      assertThat(loader.source().find("3")).isPresent();
    }
  }

  @ParameterizedTest
  @EnumSource
  void namesTheHolderOfTheOneThatWasAskedFor(Postgres postgres) {
    DocumentedRoles roles = shared(postgres);
    try (SessionLoader loader = SessionLoader.fromEnvironment(environment(roles, "USER_ID", "1"))) {
      assertThatThrownBy(loader::load)
          .isInstanceOfSatisfying(
              SessionTakenException.class,
              e -> {
                assertThat(e.holding().agent()).hasValue("other agent");
                assertThat(e.holding().address()).hasValue("host:8080");
                assertThat(ExitCode.of(e)).isEqualTo(7);
              })
          .hasMessageStartingWith(
              "the session of user 1 is run by agent other agent (id 1099511627777, at host:8080) since ")
          .hasMessageContaining("end that agent first");
    }
    try (SessionLoader loader = SessionLoader.fromEnvironment(environment(roles, "USER_ID", "2"))) {
      assertThatThrownBy(loader::load)
          .isInstanceOf(SessionTakenException.class)
          .hasMessageContaining("is in quarantine since ")
          .hasMessageContaining("AUTH_KEY_DUPLICATED")
          .hasMessageEndingWith("SELECT session_fleet_clear('sess_2')");
    }
    roles.database().execute("update user_sessions set is_active = false where user_id <> '1'");
    try (SessionLoader loader =
        SessionLoader.fromEnvironment(environment(roles, "SESSION_SOURCE", "auto"))) {
      assertThatThrownBy(loader::load).isInstanceOf(SessionTakenException.class);
    }
  }

  /** Whoever cannot be told apart from a fault would be started twice, or never. */
  @ParameterizedTest
  @EnumSource
  void believesNobodyElse(Postgres postgres) {
    TestDatabase database = postgres.createDatabase();
    database.execute(TestDatabase.migration());
    database.insertMany(2);
    String stranger = database.name() + "_stranger";
    database.execute(
        """
        create role %1$s login; grant create, usage on schema public to %1$s; set role %1$s;
        create function public.session_fleet_taken(of_session text)
          returns table (session_id text, state text, detail text, since timestamptz, token bigint, agent_id bigint, agent text, address text)
          language sql as 'select ''sess_1'', ''held'', null, null::timestamptz, 1::bigint, 1::bigint, ''x'', null'
        """
            .formatted(stranger));
    try (JdbcSessionStore store = database.store();
        SessionLoader loader = SessionLoader.of(SessionSource.ofAllActive(store))) {
      assertThat(loader.load().size()).as("where there is no fleet").isEqualTo(2);
      assertThat(leases(store).taken("sess_1")).isEmpty();
    }
    database.execute("drop function public.session_fleet_taken(text)");
    database.execute(TestDatabase.fleetMigration());
    assertThat(
            database.failure(
                "set role " + stranger + "; select * from public.session_fleet_taken(null)"))
        .contains("role \"" + stranger + "\" may not read sessions");
  }

  /** A hostile agent's texts do not end what others ask for. */
  @ParameterizedTest
  @EnumSource
  void beatsBesideAnAgentWithTextsThatAreNotOurs(Postgres postgres) {
    DocumentedRoles roles = DocumentedRoles.ofAnOwner(postgres);
    roles
        .database()
        .query(
            roles.name("member"),
            "select agent_id from session_fleet_register(e'a\\nb', e'c\\nd', 1, 9, '60 s', e'\\n', e'\\u0001', 5)");
    roles.database().insertMany(1);
    try (JdbcSessionStore member = JdbcSessionStore.open(roles.url("member"));
        JdbcSessionStore agent = JdbcSessionStore.open(roles.url("agent"))) {
      SessionLeases leases = leases(member);
      RegisteredAgent me =
          leases.register(AgentRegistration.builder("me", Duration.ofSeconds(60), 9).build(), 1);
      assertThat(leases.beat(me.agentId(), 2, AgentHealth.STARTING).orElseThrow().agents())
          .hasSize(2);
      long hostile = 1099511627777L;
      assertThat(leases.claim(hostile, 1, me.world().timeline())).hasSize(1);
      SessionHolding holding = leases(agent).taken("sess_1").orElseThrow();
      assertThat(holding.toString()).isEqualTo("sess_1 HELD by a\uFFFDb");
      assertThat(new SessionTakenException("1", holding).getMessage())
          .doesNotContain("\n")
          .contains("agent a\uFFFDb");
    }
  }
}
