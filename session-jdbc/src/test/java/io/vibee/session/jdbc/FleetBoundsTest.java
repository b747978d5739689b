package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.AgentMark;
import io.vibee.session.AgentRegistration;
import io.vibee.session.Lease;
import io.vibee.session.SchemaVersionException;
import io.vibee.session.SessionLeases;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What one call may cost its agent, and whose functions it calls. */
class FleetBoundsTest {
  private static final AgentRegistration AGENT =
      AgentRegistration.builder("agent", Duration.ofSeconds(60), 100).build();

  private static SessionLeases leases(JdbcSessionStore store) {
    return store.as(SessionLeases.class).orElseThrow();
  }

  /** Each round of a claim that finds only those marks some, which commit. */
  @ParameterizedTest
  @EnumSource
  void aClaimLooksAtSoManySessionsThatRunElsewhere(Postgres postgres) {
    TestDatabase database = TestDatabase.migrated(postgres);
    database.insertMany(25);
    database.execute("update user_sessions set last_seen_at = clock_timestamp()");
    try (JdbcSessionStore store = database.store()) {
      long agent = leases(store).register(AGENT, 1).agentId();
      for (int seen : new int[] {10, 20, 25, 25}) {
        assertThat(leases(store).claim(agent, 1, 1)).isEmpty();
        assertThat(database.value("select count(*) from session_leases where elsewhere"))
            .isEqualTo("" + seen);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void nothingThatAnAgentAsksWaitsForWhoeverWritesASession(Postgres postgres) throws Exception {
    TestDatabase database = TestDatabase.migrated(postgres);
    database.insertMany(1);
    try (JdbcSessionStore store = database.store();
        Connection operator = database.connect();
        Statement statement = operator.createStatement()) {
      SessionLeases leases = leases(store);
      long holder = leases.register(AGENT, 1).agentId();
      long other = leases.register(AGENT, 1).agentId();
      Lease lease = leases.claim(holder, 1, 1).get(0);
      operator.setAutoCommit(false);
      statement.execute("update user_sessions set is_active = false");
      Instant until = Instant.now().plusSeconds(60);
      assertThat(leases.want(other, "sess_1")).isFalse();
      assertThat(leases.quietUntil(holder, lease, until)).isFalse();
      operator.rollback();
      assertThat(leases.want(other, "sess_1")).isTrue();
      assertThat(leases.quietUntil(holder, lease, until)).isTrue();
    }
    assertThat(
            database.query(
                """
                select proname from pg_proc where proname ~ '^session_fleet_' and 'lock_timeout=10s' = any (proconfig) order by 1
                """))
        .as("and none waits for long for anybody else")
        .containsExactly(
            "session_fleet_beat",
            "session_fleet_claim",
            "session_fleet_end",
            "session_fleet_held",
            "session_fleet_leave",
            "session_fleet_quiet",
            "session_fleet_register",
            "session_fleet_release",
            "session_fleet_want");
  }

  @ParameterizedTest
  @EnumSource
  void logsWhatAnAgentIsToldToDo(Postgres postgres) {
    TestDatabase database = TestDatabase.migrated(postgres);
    try (JdbcSessionStore store = database.store()) {
      long agent = leases(store).register(AGENT, 1).agentId();
      assertThat(leases(store).mark(agent, AgentMark.DRAINING)).isTrue();
      assertThat(leases(store).mark(agent + 1, AgentMark.DRAINING)).isFalse();
      assertThat(
              database.query(
                  """
                  select details ->> 'agent', details ->> 'state', details ->> 'by' from session_activity
                   where activity_type = 'agent_marked'
                  """))
          .containsExactly(agent + "|draining|postgres");
    }
  }

  /** Whoever may make objects in the schema could make a fleet before there is one. */
  @ParameterizedTest
  @EnumSource
  void callsNoFunctionThatIsNotOfTheTablesOwner(Postgres postgres) {
    TestDatabase database = postgres.createDatabase();
    database.execute(TestDatabase.migration());
    String stranger = database.name() + "_stranger";
    String makes =
        "create role %1$s login; grant create, usage on schema public to %1$s; set role %1$s; ";
    String table =
        "create table public.session_fleet (id integer, version integer); insert into public.session_fleet values (1, 1);"
            + " grant select on public.session_fleet to public; ";
    String function =
        """
        create function public.session_fleet_register(text, text, bigint, integer, interval, text, text, bigint,
            out agent_id bigint, out world bigint, out timeline bigint, out settled boolean)
          language plpgsql as 'begin raise exception ''stolen''; end'
        """;
    database.execute((makes + table + function).formatted(stranger));
    assertRefused(database);
    database.execute(
        "drop table public.session_fleet; create table public.session_fleet (id integer, version integer);"
            + " insert into public.session_fleet values (1, 1)");
    assertRefused(database);
    assertThat(database.failure(TestDatabase.fleetMigration()))
        .contains("belongs to role \"" + stranger + "\"");
  }

  private static void assertRefused(TestDatabase database) {
    try (JdbcSessionStore store = database.store()) {
      assertThatThrownBy(() -> leases(store).register(AGENT, 1))
          .isInstanceOfSatisfying(
              SchemaVersionException.class,
              e -> assertThat(e.state()).isEqualTo(SchemaVersionException.State.MISSING));
    }
  }
}
