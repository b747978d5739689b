package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What each function of the fleet does, as an agent in another language would call it. */
class FleetProtocolTest {
  private static final String TOKEN_OF =
      "(select token from session_leases where session_id = '%s')";

  /** A database with sessions sess_1, sess_2 and so on, and what agents do to it. */
  private record Fleet(TestDatabase database) {
    static Fleet of(Postgres postgres, int sessions) {
      TestDatabase database = TestDatabase.migrated(postgres);
      database.insertMany(sessions);
      return new Fleet(database);
    }

    /** Registers an agent, whose first beat is 1. */
    long agent() {
      return Long.parseLong(
          database.value(
              "select agent_id from session_fleet_register('a', 'host:1', 1, 100, '60 s', 'm', 'p', 1)"));
    }

    List<String> claim(long agent, int atMost) {
      return database.query(
          "select session_id from session_fleet_claim(%d, %d, 1, null)".formatted(agent, atMost));
    }

    List<String> claim(long agent, String session) {
      return database.query(
          "select session_id from session_fleet_claim(%d, 1, 1, '%s')".formatted(agent, session));
    }

    /** Says that all that an agent holds has settled, by a beat that is 1, too. */
    void steady(long agent) {
      database.query("select 1 from session_fleet_beat(%d, 1, 0, true)".formatted(agent));
    }

    List<String> held(long agent) {
      return database.query("select session_id from session_fleet_held(%d, 1)".formatted(agent));
    }

    List<String> release(long agent, String session, String coolDown) {
      return database.query(
          "select session_id from session_fleet_release(%d, array['%s'], array[%s], '%s')"
              .formatted(agent, session, TOKEN_OF.formatted(session), coolDown));
    }

    boolean end(long agent) {
      return is(
          "session_fleet_end(%1$d, (select beat from session_agents where id = %1$d))"
              .formatted(agent));
    }

    boolean is(String call) {
      return database.value("select " + call).equals("t");
    }

    String lease(String session, String columns) {
      return database.value(
          "select " + columns + " from session_leases where session_id = '" + session + "'");
    }

    String state(String session) {
      return database.value("select state from session_fleet_sessions('" + session + "')");
    }
  }

  /** However often somebody asked for all before: plans are kept. */
  @ParameterizedTest
  @EnumSource
  void findsOneSessionWithoutReadingAll(Postgres postgres) throws SQLException {
    Fleet fleet = Fleet.of(postgres, 3_000);
    fleet.database.execute("analyze");
    try (Connection connection = fleet.database.connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false); // what a transaction has read can be asked for until its end
      for (int i = 0; i < 8; i++) statement.execute("select session_fleet_sessions(null)");
      long before = rowsRead(statement);
      assertThat(before).isGreaterThan(8 * 3_000);
      for (String call :
          List.of(
              "select session_fleet_sessions('sess_7')",
              "select session_fleet_taken('sess_7')",
              "select f.state from unnest(array['sess_7', 'sess_8']) s cross join lateral"
                  + " session_fleet_sessions(s) f")) {
        statement.execute(call);
      }
      assertThat(rowsRead(statement) - before).isBetween(4L, 20L);
    }
  }

  private static long rowsRead(Statement statement) throws SQLException {
    try (ResultSet read =
        statement.executeQuery(
            "select sum(seq_tup_read + idx_tup_fetch) from pg_stat_xact_user_tables"
                + " where relname in ('session_leases', 'user_sessions')")) {
      assertThat(read.next()).isTrue();
      return read.getLong(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void beatsShowTheFleet(Postgres postgres) {
    Fleet fleet = Fleet.of(postgres, 5);
    long first = fleet.agent();
    long second = fleet.agent();
    assertThat(second).isGreaterThan(first);
    fleet.claim(first, 2);
    assertThat(
            fleet.database.query(
                "select agent_id, beat, silence, generation, capacity, held, state, machine, process, timeline, settled, runnable, claimable, stopped, wanted from session_fleet_beat(%d, 77, 0, false)"
                    .formatted(first)))
        .containsExactly(
            first + "|77|00:01:00|1|100|2|taking|m|p|1|t|5|3|f|{}",
            second + "|1|00:01:00|1|100|0|taking|m|p|1|t|5|3|f|{}");
    assertThat(fleet.end(first)).isTrue();
    assertThat(
            fleet.database.query(
                "select 1 from session_fleet_beat(%d, 78, 0, false)".formatted(first)))
        .as("who was declared dead")
        .isEmpty();
    assertThat(fleet.database.query("select 1 from session_fleet_beat(4711, 78, 0, false)"))
        .isEmpty();
    assertThat(
            fleet.database.query(
                "select agent_id, runnable, claimable from session_fleet_beat(%d, 2, 0, false)"
                    .formatted(second)))
        .as("orphans can be claimed")
        .containsExactly(second + "|5|5");
  }

  @ParameterizedTest
  @EnumSource
  void endsOnlyWhoHasNotBeatenSince(Postgres postgres) {
    Fleet fleet = Fleet.of(postgres, 1);
    long agent = fleet.agent();
    fleet.database.query("select 1 from session_fleet_beat(%d, 2, 0, false)".formatted(agent));
    assertThat(fleet.is("session_fleet_end(%d, 1)".formatted(agent))).isFalse();
    assertThat(fleet.is("session_fleet_end(%d, 2)".formatted(agent))).isTrue();
    assertThat(fleet.is("session_fleet_end(%d, 2)".formatted(agent))).as("again").isFalse();
    for (String call :
        List.of("session_fleet_claim(%d, 1, 1, null)", "session_fleet_held(%d, 1)")) {
      assertThat(fleet.database.failure("select " + call.formatted(agent)))
          .contains("agent " + agent + " has ended");
    }
    assertThat(fleet.database.failure("select session_fleet_leave(" + agent + ", false)"))
        .contains("has ended");
  }

  @ParameterizedTest
  @EnumSource
  void claimsWhatNobodyHasWithTokensThatGrow(Postgres postgres) {
    Fleet fleet = Fleet.of(postgres, 4);
    long first = fleet.agent();
    long second = fleet.agent();
    assertThat(fleet.claim(first, 3))
        .hasSize(3)
        .isSubsetOf(List.of("sess_1", "sess_2", "sess_3", "sess_4"));
    assertThat(fleet.claim(first, 0)).isEmpty();
    assertThat(fleet.claim(second, 9)).hasSize(1).doesNotContainAnyElementsOf(fleet.held(first));
    assertThat(fleet.claim(second, 9)).isEmpty();
    String session = fleet.held(first).get(0);
    long token = Long.parseLong(fleet.lease(session, "token"));
    assertThat(token).isEqualTo((1L << 40) + 1);
    assertThat(fleet.release(first, session, "0")).containsExactly(session);
    assertThat(fleet.release(first, session, "0")).as("again").isEmpty();
    assertThat(fleet.claim(second, 1)).containsExactly(session);
    assertThat(Long.parseLong(fleet.lease(session, "token"))).isEqualTo(token + 1);
    assertThat(fleet.release(first, session, "0")).as("somebody else's").isEmpty();
    assertThat(fleet.database.query("select id, held from session_agents order by id"))
        .containsExactly(first + "|2", second + "|2");
  }

  @ParameterizedTest
  @EnumSource
  void coolsDown(Postgres postgres) {
    Fleet fleet = Fleet.of(postgres, 1);
    long agent = fleet.agent();
    fleet.claim(agent, 1);
    assertThat(fleet.state("sess_1")).isEqualTo("held");
    fleet.release(agent, "sess_1", "1 hour");
    assertThat(fleet.claim(agent, 1)).isEmpty();
    assertThat(fleet.state("sess_1")).isEqualTo("cooling");
    fleet.database.execute("update session_leases set free_at = now() - interval '1 second'");
    assertThat(fleet.claim(agent, 1)).containsExactly("sess_1");
  }

  @ParameterizedTest
  @EnumSource
  void claimsOrphansOfWhoEnded(Postgres postgres) {
    Fleet fleet = Fleet.of(postgres, 6);
    long dead = fleet.agent();
    long heir = fleet.agent();
    fleet.claim(dead, 5);
    String token = fleet.lease("sess_1", "token");
    fleet.database.execute("update user_sessions set is_active = false where user_id = '2'");
    fleet.steady(dead);
    fleet.end(dead);
    assertThat(fleet.state("sess_1")).isEqualTo("orphaned");
    assertThat(fleet.claim(heir, 1)).hasSize(1).doesNotContain("sess_6");
    fleet.claim(heir, 100);
    assertThat(fleet.held(heir)).containsExactly("sess_1", "sess_3", "sess_4", "sess_5", "sess_6");
    assertThat(Long.parseLong(fleet.lease("sess_1", "token"))).isEqualTo(Long.parseLong(token) + 1);
    assertThat(fleet.database.value("select settled, clean from session_agents where id = " + dead))
        .isEqualTo("t|f");
    assertThat(
            fleet.database.query(
                "select activity_type, details ->> 'held' from session_activity where activity_type = 'agent_ended'"))
        .containsExactly("agent_ended|5");
  }

  @ParameterizedTest
  @EnumSource
  void leavesWithNothingOrWithOrphans(Postgres postgres) {
    Fleet fleet = Fleet.of(postgres, 2);
    long agent = fleet.agent();
    long other = fleet.agent();
    fleet.claim(agent, 2);
    assertThat(fleet.database.value("select session_fleet_leave(%d, false)".formatted(agent)))
        .isEqualTo("2");
    assertThat(fleet.claim(other, 2)).as("whose handlers may not have ended").isEmpty();
    assertThat(fleet.claim(agent, 2)).as("draining").isEmpty();
    assertThat(fleet.held(agent)).hasSize(2);
    assertThat(fleet.database.value("select session_fleet_leave(%d, true)".formatted(agent)))
        .isEqualTo("2");
    assertThat(fleet.claim(other, 2)).hasSize(2);
    assertThat(fleet.lease("sess_1", "bad_ends")).as("that was no death").isEqualTo("0");
    fleet.release(other, "sess_1", "0");
    fleet.release(other, "sess_2", "0");
    assertThat(fleet.database.value("select session_fleet_leave(%d, false)".formatted(other)))
        .isEqualTo("0");
    assertThat(fleet.database.query("select distinct state, clean, settled from session_agents"))
        .containsExactly("ended|t|t");
    assertThat(fleet.state("sess_1")).isEqualTo("no agent");
  }

  @ParameterizedTest
  @EnumSource
  void quarantinesWhatKilledThreeHolders(Postgres postgres) {
    Fleet fleet = Fleet.of(postgres, 2);
    long longLived = fleet.agent();
    fleet.claim(longLived, 2);
    fleet.database.execute(
        "update session_leases set claimed_at = now() - interval '1 day' where session_id = 'sess_2'");
    fleet.end(longLived);
    for (int death = 2; death <= 3; death++) {
      long agent = fleet.agent();
      assertThat(fleet.claim(agent, 2)).as("an innocent one").containsExactly("sess_2");
      fleet.steady(agent);
      assertThat(fleet.claim(agent, 2)).as("the suspect").containsExactly("sess_1");
      fleet.end(agent);
    }
    long survivor = fleet.agent();
    assertThat(fleet.claim(survivor, 2)).containsExactly("sess_2");
    assertThat(fleet.state("sess_1")).isEqualTo("quarantined");
    assertThat(fleet.lease("sess_1", "reason, bad_ends, agent_id, by_holder"))
        .isEqualTo("holders died|3|null|f");
    assertThat(
            fleet.database.query(
                "select session_id from session_activity where activity_type = 'session_quarantined'"))
        .containsExactly("sess_1");
    assertThat(fleet.is("session_fleet_clear('sess_1')")).isTrue();
    assertThat(fleet.claim(survivor, 2)).containsExactly("sess_1");
    fleet.release(survivor, "sess_2", "0");
    assertThat(fleet.lease("sess_2", "bad_ends")).isEqualTo("0");
  }

  /** The whole wave is suspect, then groups of 50, then one by one; the others go on. */
  @ParameterizedTest
  @EnumSource
  void singlesOutTheOneThatKillsItsHolders(Postgres postgres) {
    Fleet fleet = Fleet.of(postgres, 200);
    Set<String> quarantined = new HashSet<>();
    long agent = fleet.agent();
    int deaths = 0;
    for (int claims = 0; claims < 80; claims++) {
      List<String> claimed = fleet.claim(agent, 100);
      if (claimed.contains("sess_77")) {
        assertThat(++deaths).isLessThanOrEqualTo(3);
        fleet.end(agent);
        agent = fleet.agent();
      } else {
        fleet.steady(agent);
      }
    }
    assertThat(deaths).isEqualTo(3);
    quarantined.addAll(
        fleet.database.query("select session_id from session_leases where reason is not null"));
    assertThat(quarantined).containsExactly("sess_77");
    assertThat(fleet.held(agent)).hasSize(199);
  }

  @ParameterizedTest
  @EnumSource
  void givesSuspectsOneAtATimeAndAfterAllOthers(Postgres postgres) {
    Fleet fleet = Fleet.of(postgres, 70);
    long dead = fleet.agent();
    assertThat(fleet.claim(dead, 60)).hasSize(60);
    fleet.end(dead);
    long agent = fleet.agent();
    assertThat(fleet.claim(agent, 4)).as("the innocent").hasSize(4);
    assertThat(fleet.claim(agent, 100)).as("the innocent").hasSize(6);
    assertThat(fleet.claim(agent, 100)).as("suspects").hasSize(50);
    assertThat(fleet.claim(agent, 100)).as("before it is steady with them").isEmpty();
    String left =
        fleet.database.value(
            "select session_id from session_leases where agent_id is null limit 1");
    assertThat(fleet.claim(agent, left)).isEmpty();
    fleet.database.execute("update session_leases set claimed_at = claimed_at + interval '1 hour'");
    assertThat(fleet.claim(agent, 3)).as("by a clock that has jumped back since").hasSize(3);
    fleet.database.execute(
        "update session_leases set claimed_at = claimed_at - interval '1 hour' where claimed_at > now()");
    fleet.steady(agent);
    assertThat(fleet.claim(agent, 100)).hasSize(7);
    fleet.end(agent);
    long next = fleet.agent();
    assertThat(fleet.claim(next, 100)).as("with which it was steady").hasSize(63);
    fleet.database.execute(
        "update session_leases set bad_ends = case when session_id in ('sess_1', 'sess_2') then 2 when agent_id is null then 1 else 0 end");
    fleet.release(next, "sess_1", "0");
    fleet.release(next, "sess_2", "0");
    assertThat(fleet.lease("sess_1", "bad_ends"))
        .as("released before it was steady")
        .isEqualTo("2");
    assertThat(fleet.claim(next, 100)).containsExactly("sess_1");
    fleet.steady(next);
    fleet.release(next, "sess_1", "0");
    assertThat(fleet.lease("sess_1", "bad_ends")).isEqualTo("0");
    assertThat(fleet.claim(next, 100)).containsExactly("sess_1");
    assertThat(fleet.claim(next, 100)).containsExactly("sess_2");
    assertThat(fleet.database.value("select session_fleet_leave(%d, true)".formatted(next)))
        .isEqualTo("63");
    assertThat(fleet.lease("sess_2", "bad_ends")).as("that was no death").isEqualTo("2");
    long last = fleet.agent();
    assertThat(fleet.claim(last, "sess_2")).containsExactly("sess_2");
    assertThat(
            fleet.database.value(
                "select max(bad_ends) from session_leases where session_id <> 'sess_2' and agent_id is distinct from "
                    + last))
        .isEqualTo("1");
  }

  @ParameterizedTest
  @EnumSource
  void claimsOneByItsName(Postgres postgres) {
    Fleet fleet = Fleet.of(postgres, 8);
    long dead = fleet.agent();
    long agent = fleet.agent();
    assertThat(fleet.claim(agent, "sess_3")).containsExactly("sess_3");
    assertThat(fleet.claim(agent, "sess_3")).as("again").isEmpty();
    assertThat(fleet.claim(dead, "sess_3")).as("another's").isEmpty();
    assertThat(fleet.claim(agent, "unknown")).isEmpty();
    for (int i = 1; i <= 2; i++) fleet.claim(dead, "sess_" + i);
    fleet.steady(dead);
    fleet.claim(dead, "sess_4");
    fleet.end(dead);
    assertThat(fleet.claim(agent, "sess_2")).as("an orphan").containsExactly("sess_2");
    assertThat(fleet.held(agent)).containsExactly("sess_2", "sess_3");
    assertThat(fleet.state("sess_1")).isEqualTo("orphaned");
    assertThat(fleet.claim(agent, "sess_4")).as("a suspect").containsExactly("sess_4");
    assertThat(fleet.claim(agent, "sess_1")).as("while it holds a suspect").isEmpty();
    fleet.steady(agent);
    long other = fleet.agent();
    assertThat(fleet.is("session_fleet_want(%d, 'sess_1')".formatted(other))).isTrue();
    assertThat(fleet.claim(agent, "sess_1")).as("an orphan that another wants").isEmpty();
    assertThat(fleet.claim(other, "sess_1")).containsExactly("sess_1");
    assertThat(fleet.is("session_fleet_want(%d, 'sess_5')".formatted(other))).isTrue();
    assertThat(fleet.claim(agent, "sess_5")).as("another wants it").isEmpty();
    assertThat(fleet.claim(other, "sess_5")).containsExactly("sess_5");
    fleet.is("session_fleet_quarantine(null, 'sess_6', null, 'x')");
    assertThat(fleet.claim(agent, "sess_6")).as("in quarantine").isEmpty();
    fleet.release(agent, "sess_3", "1 min");
    assertThat(fleet.claim(agent, "sess_3")).as("cools down").isEmpty();
    fleet.database.execute("update user_sessions set last_seen_at = now() where user_id = '7'");
    assertThat(fleet.claim(agent, "sess_7")).as("runs elsewhere").isEmpty();
    assertThat(fleet.state("sess_7")).isEqualTo("elsewhere");
    fleet.is("session_fleet_mark(%d, 'cordoned')".formatted(agent));
    assertThat(fleet.claim(agent, "sess_8")).isEmpty();
    fleet.is("session_fleet_stop('x')");
    assertThat(fleet.claim(other, "sess_8")).isEmpty();
    assertThat(
            stateOf(
                fleet.database, "select session_fleet_claim(%d, 1, 2, 'sess_8')".formatted(other)))
        .isEqualTo("VK005");
    assertThat(
            stateOf(
                fleet.database, "select session_fleet_claim(%d, 1, 1, 'sess_8')".formatted(dead)))
        .isEqualTo("VK003");
  }

  @ParameterizedTest
  @EnumSource
  void beatsTellOfHealthAndOfWhatWasRefused(Postgres postgres) {
    Fleet fleet = Fleet.of(postgres, 5);
    long agent = fleet.agent();
    long peer = fleet.agent();
    fleet.claim(agent, 5);
    String health =
        "select running, steady, refused from session_fleet_beat(%d, 1, %d, %s) where agent_id = %d";
    assertThat(fleet.database.value(health.formatted(agent, 4, "false", agent))).isEqualTo("4|f|0");
    assertThat(fleet.database.value(health.formatted(agent, 5, "true", agent))).isEqualTo("5|t|0");
    assertThat(fleet.database.value(health.formatted(agent, -2, "null", agent))).isEqualTo("0|t|0");
    assertThat(fleet.database.value(health.formatted(peer, 0, "false", agent))).isEqualTo("0|t|0");
    for (int i = 1; i <= 3; i++) {
      fleet.is(
          "session_fleet_quarantine(%d, 'sess_%d', %s, 'banned')"
              .formatted(agent, i, TOKEN_OF.formatted("sess_" + i)));
    }
    fleet.is("session_fleet_quarantine(null, 'sess_4', null, 'by hand')");
    String refused =
        "select distinct refused from session_fleet_beat(%d, 1, 0, false)".formatted(peer);
    assertThat(fleet.database.value(refused)).isEqualTo("3");
    fleet.is("session_fleet_clear('sess_1')");
    assertThat(fleet.database.value(refused)).as("one was cleared").isEqualTo("2");
    fleet.is("session_fleet_quarantine(null, 'sess_1', null, 'by hand')");
    assertThat(fleet.database.value(refused)).as("by an operator since").isEqualTo("2");
    fleet.database.execute(
        "update session_leases set quarantined_at = now() - interval '11 minutes' where session_id = 'sess_2'");
    assertThat(fleet.database.value(refused)).isEqualTo("1");
    fleet.database.execute(
        "update session_leases set quarantined_at = now() + interval '1 minute' where session_id = 'sess_3'");
    assertThat(fleet.database.value(refused)).as("the clock has jumped back").isEqualTo("0");
    assertThat(
            fleet.database.query(
                "select agent_id, name, address, capacity, held, running, steady, state, clean, silence, seen_at > started_at, ended_at is null from session_fleet_agents()"))
        .containsExactly(
            agent + "|a|host:1|100|5|0|t|taking|null|00:01:00|t|t",
            peer + "|a|host:1|100|0|0|f|taking|null|00:01:00|t|t");
    fleet.end(agent);
    assertThat(
            fleet.database.query("select agent_id, held, state, clean from session_fleet_agents()"))
        .containsExactly(peer + "|0|taking|null", agent + "|5|ended|f");
    fleet.database.execute(
        "update session_agents set ended_at = now() - interval '8 days' where state = 'ended'");
    assertThat(fleet.database.query("select agent_id from session_fleet_agents()"))
        .containsExactly("" + peer);
  }

  @ParameterizedTest
  @EnumSource
  void quarantinesForEverybodyUntilCleared(Postgres postgres) {
    Fleet fleet = Fleet.of(postgres, 2);
    long agent = fleet.agent();
    fleet.claim(agent, 2);
    assertThat(fleet.is("session_fleet_quarantine(%d, 'sess_1', 5, 'duplicated')".formatted(agent)))
        .as("a stale token")
        .isFalse();
    assertThat(
            fleet.is(
                "session_fleet_quarantine(%d, 'sess_1', %s, 'duplicated')"
                    .formatted(agent, TOKEN_OF.formatted("sess_1"))))
        .isTrue();
    assertThat(fleet.is("session_fleet_quarantine(null, 'sess_2', null, 'by hand')")).isTrue();
    assertThat(fleet.is("session_fleet_quarantine(null, 'unknown', null, 'by hand')")).isFalse();
    assertThat(fleet.held(agent)).as("it lets go by itself").hasSize(2);
    fleet.release(agent, "sess_1", "0");
    fleet.release(agent, "sess_2", "0");
    assertThat(fleet.claim(agent, 2)).isEmpty();
    assertThat(fleet.database.value("select state, detail from session_fleet_sessions('sess_1')"))
        .isEqualTo("quarantined|duplicated");
    assertThat(fleet.is("session_fleet_clear('sess_1')")).isTrue();
    assertThat(fleet.is("session_fleet_clear('sess_1')")).isFalse();
    assertThat(fleet.claim(agent, 2)).containsExactly("sess_1");
    assertThat(
            fleet.database.query(
                "select session_id, activity_type, details ->> 'reason' from session_activity where activity_type ~ 'quarantined|cleared' order by id"))
        .containsExactly(
            "sess_1|session_quarantined|duplicated",
            "sess_2|session_quarantined|by hand",
            "sess_1|session_cleared|duplicated");
  }

  @ParameterizedTest
  @EnumSource
  void staysQuietAsLongAsTelegramAsked(Postgres postgres) {
    Fleet fleet = Fleet.of(postgres, 2);
    long agent = fleet.agent();
    fleet.claim(agent, 2);
    for (String session : List.of("sess_1", "sess_2")) {
      assertThat(
              fleet.is(
                  "session_fleet_quiet(%d, '%s', %s, now() + interval '1 hour')"
                      .formatted(agent, session, TOKEN_OF.formatted(session))))
          .isTrue();
    }
    assertThat(fleet.is("session_fleet_quiet(%d, 'sess_1', 5, now())".formatted(agent))).isFalse();
    fleet.release(agent, "sess_1", "0");
    long other = fleet.agent();
    fleet.steady(agent);
    fleet.end(agent);
    assertThat(fleet.claim(other, 2)).as("neither a free one nor an orphan").isEmpty();
    assertThat(fleet.state("sess_1")).isEqualTo("quiet");
    assertThat(fleet.state("sess_2")).isEqualTo("quiet");
    assertThat(fleet.is("session_fleet_clear('sess_1')")).isTrue();
    assertThat(fleet.claim(other, 2)).containsExactly("sess_1");
  }

  /** So that a write-back can be refused that comes from somebody who lost the session. */
  @ParameterizedTest
  @EnumSource
  void tellsStaleLeases(Postgres postgres) throws SQLException {
    Fleet fleet = Fleet.of(postgres, 2);
    long agent = fleet.agent();
    fleet.claim(agent, 2);
    String stale =
        "select session_id from session_fleet_stale(array['sess_1', 'sess_2', 'other'], array[%s, 5, 5])"
            .formatted(TOKEN_OF.formatted("sess_1"));
    assertThat(fleet.database.query(stale)).containsExactly("other", "sess_2");
    try (Connection writing = fleet.database.connect();
        Statement statement = writing.createStatement()) {
      writing.setAutoCommit(false);
      statement.execute(stale);
      assertThat(fleet.release(agent, "sess_1", "0")).as("before it is committed").isEmpty();
      writing.rollback();
    }
    fleet.end(agent);
    assertThat(fleet.database.query(stale)).hasSize(3);
  }

  @ParameterizedTest
  @EnumSource
  void handsOverWhatIsWanted(Postgres postgres) {
    Fleet fleet = Fleet.of(postgres, 3);
    long holder = fleet.agent();
    long wanting = fleet.agent();
    long third = fleet.agent();
    fleet.claim(holder, 3);
    assertThat(fleet.is("session_fleet_want(%d, 'sess_2')".formatted(wanting))).isTrue();
    assertThat(fleet.is("session_fleet_want(%d, 'sess_2')".formatted(holder)))
        .as("its own")
        .isFalse();
    assertThat(fleet.is("session_fleet_want(4711, 'sess_2')")).as("no such agent").isFalse();
    assertThat(
            fleet.database.query(
                "select distinct wanted from session_fleet_beat(%d, 5, 0, false)"
                    .formatted(holder)))
        .containsExactly("{sess_2}");
    String awaited = "select distinct awaited from session_fleet_beat(%d, 5, 0, false)";
    assertThat(fleet.database.value(awaited.formatted(wanting))).isEqualTo("{sess_2}");
    assertThat(fleet.database.value(awaited.formatted(third))).isEqualTo("{}");
    assertThat(fleet.is("session_fleet_want(%d, 'sess_2')".formatted(wanting))).isTrue();
    assertThat(
            fleet.database.query(
                "select session_id, details ->> 'agent', details ? 'by' from session_activity where activity_type = 'session_wanted'"))
        .as("logged once, however often it asks")
        .containsExactly("sess_2|" + wanting + "|t");
    fleet.release(holder, "sess_1", "0");
    fleet.release(holder, "sess_2", "0");
    assertThat(fleet.claim(third, 9)).containsExactly("sess_1");
    assertThat(fleet.claim(wanting, 1)).containsExactly("sess_2");
    assertThat(fleet.lease("sess_2", "wanted_by")).isEqualTo("null");
    assertThat(fleet.database.value(awaited.formatted(wanting))).isEqualTo("{}");
  }

  @ParameterizedTest
  @EnumSource
  void leavesAloneWhatAnAgentOfTheOldKindRuns(Postgres postgres) {
    Fleet fleet = Fleet.of(postgres, 4);
    long agent = fleet.agent();
    fleet.database.execute(
        """
        update user_sessions set last_seen_at = now() where user_id = '1';
        update user_sessions set last_seen_at = now() - interval '1 hour' where user_id = '2';
        update user_sessions set last_seen_at = now() + interval '1 year' where user_id = '4'
        """);
    assertThat(fleet.claim(agent, 4)).containsExactlyInAnyOrder("sess_2", "sess_3");
    assertThat(fleet.state("sess_1")).isEqualTo("elsewhere");
    assertThat(fleet.lease("sess_4", "free_at < now() + interval '6 minutes'"))
        .as("a wrong clock keeps nothing from the fleet for a year")
        .isEqualTo("t");
    fleet.database.execute(
        "update session_leases set free_at = now() - interval '1 second' where session_id = 'sess_4'");
    assertThat(fleet.claim(agent, 4)).as("nobody has reported it since").containsExactly("sess_4");
    fleet.release(agent, "sess_4", "1 hour");
    // What the agent itself reported, before it let go, is no sign of another.
    fleet.database.execute("update user_sessions set last_seen_at = now() where user_id = '2'");
    fleet.release(agent, "sess_2", "0");
    assertThat(fleet.claim(agent, 4)).containsExactly("sess_2");
    // An orphan that was seen after its holder had ended.
    long other = fleet.agent();
    fleet.steady(agent);
    fleet.end(agent);
    fleet.database.execute(
        "update user_sessions set last_seen_at = clock_timestamp() where user_id = '3'");
    assertThat(fleet.claim(other, 4)).containsExactly("sess_2");
    assertThat(fleet.state("sess_3")).isEqualTo("elsewhere");
    fleet.database.execute(
        """
        update user_sessions set last_seen_at = now() - interval '10 minutes';
        update session_leases set free_at = now() - interval '1 second' where agent_id is null
        """);
    assertThat(fleet.claim(other, 4)).containsExactlyInAnyOrder("sess_1", "sess_3", "sess_4");
  }

  @ParameterizedTest
  @EnumSource
  void startsNothingWhileTheBrakeIsOn(Postgres postgres) {
    Fleet fleet = Fleet.of(postgres, 2);
    long agent = fleet.agent();
    fleet.claim(agent, 1);
    assertThat(fleet.is("session_fleet_stop('banned')")).isTrue();
    assertThat(fleet.is("session_fleet_stop('again')")).isFalse();
    assertThat(fleet.claim(agent, 1)).isEmpty();
    assertThat(fleet.held(agent)).hasSize(1);
    assertThat(
            fleet.database.value(
                "select stopped from session_fleet_beat(%d, 5, 0, false)".formatted(agent)))
        .isEqualTo("t");
    assertThat(
            fleet.database.query(
                "select state, detail from session_fleet_sessions(null) order by 1"))
        .containsExactly("held|null", "stopped|banned");
    assertThat(fleet.is("session_fleet_resume()")).isTrue();
    assertThat(fleet.is("session_fleet_resume()")).isFalse();
    assertThat(fleet.claim(agent, 1)).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource
  void cordonsAndDrains(Postgres postgres) {
    Fleet fleet = Fleet.of(postgres, 1);
    long agent = fleet.agent();
    for (String mark : List.of("cordoned", "draining")) {
      assertThat(fleet.is("session_fleet_mark(%d, '%s')".formatted(agent, mark))).isTrue();
      assertThat(fleet.claim(agent, 1)).isEmpty();
      assertThat(
              fleet.database.value(
                  "select state from session_fleet_beat(%d, 5, 0, false)".formatted(agent)))
          .isEqualTo(mark);
    }
    assertThat(fleet.database.failure("select session_fleet_mark(%d, 'ended')".formatted(agent)))
        .contains("taking, cordoned or draining");
    assertThat(fleet.is("session_fleet_mark(%d, 'taking')".formatted(agent))).isTrue();
    assertThat(fleet.claim(agent, 1)).hasSize(1);
    fleet.end(agent);
    assertThat(fleet.is("session_fleet_mark(%d, 'taking')".formatted(agent)))
        .as("nobody comes back")
        .isFalse();
  }

  /** However they are written. The account of Telegram outlives the row, and so does the token. */
  @ParameterizedTest
  @EnumSource
  void knowsWhatIsToRun(Postgres postgres) {
    Fleet fleet = Fleet.of(postgres, 4);
    long agent = fleet.agent();
    fleet.claim(agent, 4);
    String token = fleet.lease("sess_3", "token");
    fleet.database.execute(
        """
        update user_sessions set is_active = false where user_id = '1';
        update user_sessions set session_id = 'sess_new' where user_id = '2';
        delete from user_sessions where user_id = '3'
        """);
    String runnable = "select session_id, runnable from session_leases order by 1";
    assertThat(fleet.database.query(runnable))
        .containsExactly("sess_1|f", "sess_2|f", "sess_3|f", "sess_4|t", "sess_new|t");
    assertThat(fleet.held(agent)).as("until it lets go").hasSize(4);
    for (int i = 1; i <= 4; i++) fleet.release(agent, "sess_" + i, "0");
    assertThat(fleet.claim(agent, 9)).containsExactlyInAnyOrder("sess_4", "sess_new");
    assertThat(fleet.state("sess_1")).isEqualTo("inactive");
    assertThat(fleet.state("sess_3")).isEqualTo("deleted");
    fleet.database.insertByGuide("3", "sess_3");
    fleet.database.execute("update user_sessions set is_active = true");
    assertThat(fleet.claim(agent, 9)).containsExactlyInAnyOrder("sess_1", "sess_3");
    assertThat(Long.parseLong(fleet.lease("sess_3", "token"))).isGreaterThan(Long.parseLong(token));
    fleet.database.execute(
        "alter table user_sessions disable trigger session_40_no_truncate; truncate user_sessions");
    assertThat(fleet.database.query("select 1 from session_leases where runnable")).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void claimsNothingTwiceWhereTwoClaimAtOnce(Postgres postgres) throws SQLException {
    Fleet fleet = Fleet.of(postgres, 6);
    long first = fleet.agent();
    long second = fleet.agent();
    try (Connection one = fleet.database.connect();
        Connection two = fleet.database.connect()) {
      one.setAutoCommit(false);
      two.setAutoCommit(false);
      List<String> ofOne = claim(one, first, 4);
      List<String> ofTwo = claim(two, second, 4);
      Set<String> all = new HashSet<>(ofOne);
      assertThat(all.addAll(ofTwo)).isTrue();
      assertThat(all).hasSize(6);
      assertThat(ofTwo).hasSize(2);
      two.commit();
      one.rollback();
      assertThat(claim(two, second, 9)).containsExactlyInAnyOrderElementsOf(ofOne);
      two.commit();
    }
  }

  private static List<String> claim(Connection connection, long agent, int atMost)
      throws SQLException {
    List<String> sessions = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "select session_id from session_fleet_claim(%d, %d, 1, null)"
                    .formatted(agent, atMost))) {
      while (row.next()) sessions.add(row.getString(1));
    }
    return sessions;
  }

  /** Whoever comes second waits, and never do both succeed. */
  @ParameterizedTest
  @EnumSource
  void eitherClaimsOrIsEnded(Postgres postgres) throws Exception {
    Fleet fleet = Fleet.of(postgres, 1);
    long agent = fleet.agent();
    try (Connection claiming = fleet.database.connect()) {
      claiming.setAutoCommit(false);
      assertThat(claim(claiming, agent, 1)).hasSize(1);
      for (String end : List.of("session_fleet_end(%d, 1)", "session_fleet_leave(%d, true)")) {
        assertThat(
                fleet.database.failure(
                    "set lock_timeout = '300ms'; select " + end.formatted(agent)))
            .contains("lock timeout");
      }
      claiming.commit();
      assertThat(fleet.end(agent)).isTrue();
    }
    long other = fleet.agent();
    try (Connection ending = fleet.database.connect();
        Statement statement = ending.createStatement()) {
      ending.setAutoCommit(false);
      statement.execute("select session_fleet_end(%d, 1)".formatted(other));
      // Its claim waits, and finds that it has ended.
      String claim =
          "set lock_timeout = '300ms'; select session_fleet_claim(%d, 1, 1, null)".formatted(other);
      assertThat(fleet.database.failure(claim)).contains("lock timeout");
      ending.commit();
      assertThat(fleet.database.failure(claim)).contains("has ended");
    }
  }

  private static String stateOf(TestDatabase database, String sql) {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
      return "";
    } catch (SQLException e) {
      return e.getSQLState();
    }
  }

  /** Where an agent may hold again what it has released, or others what it runs. */
  @ParameterizedTest
  @EnumSource
  void refusesThoseWhoKnowAnotherTimeline(Postgres postgres) {
    Fleet fleet = Fleet.of(postgres, 2);
    long agent = fleet.agent();
    fleet.claim(agent, 1);
    String there = "select session_fleet_%s";
    for (String timeline : List.of("2", "0", "null")) {
      for (String call :
          List.of("claim(%d, 1, %s, null)", "claim(%d, 0, %s, null)", "held(%d, %s)")) {
        String sql = there.formatted(call.formatted(agent, timeline));
        assertThat(stateOf(fleet.database, sql)).as(sql).isEqualTo("VK005");
      }
    }
    assertThat(fleet.held(agent)).hasSize(1);
    fleet.end(agent);
    assertThat(stateOf(fleet.database, there.formatted("held(" + agent + ", 2)")))
        .isEqualTo("VK005");
    assertThat(stateOf(fleet.database, there.formatted("held(" + agent + ", 1)")))
        .as("has ended")
        .isEqualTo("VK003");
    assertThat(stateOf(fleet.database, there.formatted("claim(" + agent + ", 0, 1, null)")))
        .isEqualTo("VK003");
  }

  /** After a promotion, those who come later need not wait once somebody has. */
  @ParameterizedTest
  @EnumSource
  void aClaimTellsThatItsAgentHasWaited(Postgres postgres) {
    Fleet fleet = Fleet.of(postgres, 1);
    long agent = fleet.agent();
    for (String before :
        List.of(
            "select 1",
            "select session_fleet_mark(%d, 'cordoned')".formatted(agent),
            "select session_fleet_stop('x')")) {
      fleet.database.execute("update session_fleet set settled_on = '0/1/1'; " + before);
      assertThat(settled(fleet, agent)).containsExactly("f", "f", "f");
      fleet.held(agent);
      assertThat(settled(fleet, agent)).as("reading tells nothing").contains("f");
      assertThat(fleet.claim(agent, 0)).isEmpty();
      assertThat(settled(fleet, agent)).as(before).containsExactly("t", "t", "t");
    }
  }

  private static List<String> settled(Fleet fleet, long agent) {
    return fleet.database.query(
        """
        select settled from session_fleet_world() union all
        (select settled from session_fleet_beat(%d, 5, 0, false) limit 1) union all
        select settled from session_fleet_register('b', null, 1, 0, '60 s', null, null, 1)
        """
            .formatted(agent));
  }

  @ParameterizedTest
  @EnumSource
  void givesNoAgentsIdAgain(Postgres postgres) {
    Fleet fleet = Fleet.of(postgres, 1);
    long first = fleet.agent();
    assertThat(first).isEqualTo((1L << 40) + 1);
    assertThat(fleet.agent()).isEqualTo(first + 1);
    fleet.database.execute("delete from session_agents");
    assertThat(fleet.agent()).isEqualTo(first + 2);
    fleet.database.execute("update session_fleet set last_agent_id = 7::bigint << 40");
    assertThat(fleet.agent()).as("of a later timeline").isEqualTo((7L << 40) + 1);
    fleet.database.execute("update session_fleet set last_agent_id = 0");
    assertThat(
            fleet.database.failure(
                "select session_fleet_register('a', null, 1, 1, '1 s', null, null, 1) from (values (1), (2), (3)) as thrice"))
        .as("nor does it take another's")
        .contains("session_agents_pkey");
  }

  /** By claims and releases as they are committed; whoever mends leases by hand is found out. */
  @ParameterizedTest
  @EnumSource
  void countsWhatAnAgentHolds(Postgres postgres) throws SQLException {
    Fleet fleet = Fleet.of(postgres, 5);
    long agent = fleet.agent();
    String own =
        "select a.held, b.held, (select count(*) from session_leases l where l.agent_id = a.id)"
            + " from session_agents a, session_fleet_beat(%1$d, 3, 0, false) b where a.id = %1$d and b.agent_id = a.id"
                .formatted(agent);
    fleet.claim(agent, 3);
    assertThat(fleet.database.value(own)).isEqualTo("3|3|3");
    fleet.release(agent, "sess_1", "0");
    fleet.release(agent, "sess_1", "0");
    fleet.database.execute("delete from user_sessions where user_id = '2'");
    assertThat(fleet.database.value(own)).isEqualTo("2|2|2");
    fleet.database.execute("update session_leases set agent_id = null where session_id = 'sess_2'");
    assertThat(fleet.database.value(own)).isEqualTo("2|2|1");
    assertThat(fleet.held(agent)).containsExactly("sess_3");
    assertThat(fleet.database.value(own)).isEqualTo("1|1|1");
    // A claim that comes late, as a pooler may keep it.
    fleet.database.execute("update session_leases set agent_id = null where session_id = 'sess_3'");
    try (Connection late = fleet.database.connect()) {
      late.setAutoCommit(false);
      try (Statement statement = late.createStatement()) {
        statement.execute(
            "select from session_agents where id = %d for key share".formatted(agent));
        statement.execute(
            "update session_leases set agent_id = %d where session_id in ('sess_4', 'sess_5')"
                .formatted(agent));
        assertThat(fleet.held(agent)).isEmpty();
        statement.execute(
            "update session_agents set held = held + 2 where id = %d".formatted(agent));
      }
      late.commit();
    }
    assertThat(fleet.database.value(own)).isEqualTo("2|2|2");
  }

  /** What waits for a moment is nobody's, and to be shared; what waits for long is neither. */
  @ParameterizedTest
  @EnumSource
  void countsWhatIsToRun(Postgres postgres) {
    Fleet fleet = Fleet.of(postgres, 6);
    long agent = fleet.agent();
    fleet.claim(agent, 6);
    fleet.is(
        "session_fleet_quiet(%d, 'sess_2', %s, now() + interval '1 hour')"
            .formatted(agent, TOKEN_OF.formatted("sess_2")));
    for (int i = 1; i <= 4; i++) fleet.release(agent, "sess_" + i, i == 1 ? "1 min" : "0");
    fleet.is("session_fleet_quarantine(null, 'sess_4', null, 'x')");
    fleet.database.execute(
        "update user_sessions set last_seen_at = clock_timestamp() where user_id = '3'");
    long other = fleet.agent();
    assertThat(fleet.claim(other, 9)).isEmpty();
    assertThat(
            fleet.database.query(
                "select state from session_fleet_sessions(null) order by session_id"))
        .containsExactly("cooling", "quiet", "elsewhere", "quarantined", "held", "held");
    String counts =
        "select distinct runnable, claimable from session_fleet_beat(%d, 5, 0, false)"
            .formatted(other);
    assertThat(fleet.database.value(counts)).as("held, and cooling").isEqualTo("3|0");
    fleet.end(agent);
    assertThat(fleet.database.value(counts)).isEqualTo("3|2");
    fleet.is("session_fleet_stop('x')");
    assertThat(fleet.database.value(counts)).isEqualTo("3|0");
  }

  /** The database's clock was an hour ahead, and was put right. */
  @ParameterizedTest
  @EnumSource
  void waitsForNoTimeOfAClockThatHasJumpedBack(Postgres postgres) {
    Fleet fleet = Fleet.of(postgres, 3);
    long agent = fleet.agent();
    long other = fleet.agent();
    fleet.claim(agent, 3);
    fleet.is("session_fleet_want(%d, 'sess_2')".formatted(other));
    for (String session : List.of("sess_1", "sess_2")) fleet.release(agent, session, "1 min");
    fleet.release(agent, "sess_3", "0");
    fleet.is("session_fleet_want(%d, 'sess_3')".formatted(other));
    String counts =
        "select distinct runnable, claimable from session_fleet_beat(%d, 5, 0, false)"
            .formatted(agent);
    assertThat(fleet.database.value(counts)).isEqualTo("3|1");
    fleet.database.execute(
        """
        update session_leases set waits_since = waits_since + interval '1 hour', free_at = free_at + interval '1 hour',
          claimed_at = claimed_at + interval '1 hour', released_at = released_at + interval '1 hour',
          wanted_until = wanted_until + interval '1 hour'
        """);
    assertThat(fleet.database.value(counts)).isEqualTo("3|3");
    assertThat(fleet.state("sess_1")).isEqualTo("free");
    assertThat(fleet.claim(agent, 9)).containsExactlyInAnyOrder("sess_1", "sess_2", "sess_3");
  }

  /** As a pooler may carry it out minutes later, when the session runs again. */
  @ParameterizedTest
  @EnumSource
  void aReleaseThatComesLateDoesNoHarm(Postgres postgres) {
    Fleet fleet = Fleet.of(postgres, 1);
    long agent = fleet.agent();
    fleet.claim(agent, 1);
    String late =
        "select session_id from session_fleet_release(%d, array['sess_1'], array[%s], '1 hour')"
            .formatted(agent, fleet.lease("sess_1", "token"));
    fleet.release(agent, "sess_1", "0");
    fleet.claim(agent, 1);
    String lease = fleet.lease("sess_1", "agent_id, token, free_at");
    assertThat(fleet.database.query(late)).isEmpty();
    assertThat(fleet.lease("sess_1", "agent_id, token, free_at")).isEqualTo(lease);
    fleet.end(agent);
    long heir = fleet.agent();
    fleet.claim(heir, 1);
    assertThat(fleet.database.query(late)).isEmpty();
    assertThat(fleet.held(heir)).containsExactly("sess_1");
    assertThat(fleet.database.query("select held from session_agents order by id"))
        .containsExactly("1", "1");
  }

  @ParameterizedTest
  @EnumSource
  void coolsDownForAnHourAtMost(Postgres postgres) {
    Fleet fleet = Fleet.of(postgres, 2);
    long agent = fleet.agent();
    fleet.claim(agent, 2);
    fleet.release(agent, "sess_1", "1 year");
    fleet.release(agent, "sess_2", "-1 year");
    assertThat(
            fleet.database.query(
                "select free_at - waits_since from session_leases order by session_id"))
        .containsExactly("01:00:00", "00:00:00");
  }

  /** The claim of a client that was stopped, and whoever waits to end its agent. */
  @ParameterizedTest
  @EnumSource
  void beatsBesideOneWhoWaitsToEndIt(Postgres postgres) throws Exception {
    Fleet fleet = Fleet.of(postgres, 1);
    long agent = fleet.agent();
    try (Connection claiming = fleet.database.connect();
        Statement lock = claiming.createStatement();
        Connection ending = fleet.database.connect();
        Statement end = ending.createStatement()) {
      claiming.setAutoCommit(false);
      lock.execute("select from session_agents where id = %d for key share".formatted(agent));
      Future<String> ended =
          CompletableFuture.supplyAsync(
              () -> {
                try (ResultSet row =
                    end.executeQuery("select session_fleet_end(%d, 1)".formatted(agent))) {
                  row.next();
                  return row.getString(1);
                } catch (SQLException e) {
                  throw new IllegalStateException(e);
                }
              });
      await()
          .until(
              () ->
                  fleet
                      .database
                      .value(
                          "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()")
                      .equals("1"));
      fleet.database.execute(
          "set lock_timeout = '200ms'; select session_fleet_beat(%d, 5, 0, false)"
              .formatted(agent));
      claiming.rollback();
      assertThat(ended.get()).as("it has beaten meanwhile").isEqualTo("f");
    }
    assertThat(fleet.claim(agent, 1)).hasSize(1);
  }

  /** A claim that takes long delays no beat; nor does somebody who edits a session. */
  @ParameterizedTest
  @EnumSource
  void beatsBesideAClaimAndAnEdit(Postgres postgres) throws SQLException {
    Fleet fleet = Fleet.of(postgres, 3);
    long agent = fleet.agent();
    fleet.claim(agent, 1);
    try (Connection claiming = fleet.database.connect();
        Statement lock = claiming.createStatement();
        Connection editing = fleet.database.connect();
        Statement edit = editing.createStatement()) {
      claiming.setAutoCommit(false);
      editing.setAutoCommit(false);
      lock.execute("select from session_agents where id = %d for key share".formatted(agent));
      edit.execute("update user_sessions set is_active = false where user_id in ('1', '2')");
      fleet.database.execute(
          "set lock_timeout = '200ms'; select session_fleet_beat(%d, 5, 0, false)"
              .formatted(agent));
      fleet.database.execute(
          "set lock_timeout = '200ms'; select session_fleet_claim(%d, 5, 1, null)"
              .formatted(fleet.agent()));
      assertThat(fleet.release(agent, "sess_1", "0"))
          .as("what somebody is writing is released the next time")
          .isEmpty();
      editing.rollback();
      assertThat(fleet.release(agent, "sess_1", "0")).containsExactly("sess_1");
      claiming.rollback();
    }
  }

  /** The role's default is off on these servers, as a pool's may be. */
  @ParameterizedTest
  @EnumSource
  void promisesOnlyWhatIsOnDisk(Postgres postgres) throws SQLException {
    Fleet fleet = Fleet.of(postgres, 1);
    long agent = fleet.agent();
    for (String call :
        List.of(
            "session_fleet_register('a', null, 1, 1, '60 s', null, null, 1)",
            "session_fleet_beat(%d, 7, 0, false)".formatted(agent),
            "session_fleet_claim(%d, 1, 1, null)".formatted(agent),
            "session_fleet_release(%d, '{}', '{}', '0')".formatted(agent),
            "session_fleet_end(%d, 8)".formatted(agent),
            "session_fleet_quarantine(null, 'sess_1', null, 'x')",
            "session_fleet_leave(%d, true)".formatted(agent))) {
      assertThat(after(fleet.database, "off", call)).as(call).isEqualTo("on");
    }
    assertThat(after(fleet.database, "remote_apply", "session_fleet_stop('x')"))
        .as("more than that stays")
        .isEqualTo("remote_apply");
  }

  private static String after(TestDatabase database, String setting, String call)
      throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("set local synchronous_commit = " + setting + "; select " + call);
      try (ResultSet row = statement.executeQuery("show synchronous_commit")) {
        row.next();
        return row.getString(1);
      } finally {
        connection.commit();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void registersOnlyWhatMakesSense(Postgres postgres) {
    Fleet fleet = Fleet.of(postgres, 1);
    for (String wrong :
        List.of("'a', null, 1, -1, '60 s'", "'a', null, 1, 1, '0'", "null, null, 1, 1, '60 s'")) {
      assertThat(
              fleet.database.failure("select session_fleet_register(" + wrong + ", null, null, 5)"))
          .contains("violates");
    }
    // Ended agents are forgotten after a week, unless a session still names them.
    long agent = fleet.agent();
    long holder = fleet.agent();
    fleet.claim(holder, 1);
    fleet.end(agent);
    fleet.end(holder);
    fleet.database.execute("update session_agents set ended_at = now() - interval '8 days'");
    long next = fleet.agent();
    assertThat(fleet.database.query("select id from session_agents order by id"))
        .containsExactly("" + holder, "" + next);
  }

  /** The log as a feed: what a snapshot had not seen, once each, whatever the order of commits. */
  @ParameterizedTest
  @EnumSource
  void tellsWhatChanged(Postgres postgres) throws SQLException {
    Fleet fleet = Fleet.of(postgres, 3);
    String snapshot = snapshot(fleet.database, "null");
    assertThat(changes(fleet.database, snapshot)).isEmpty();
    try (Connection slow = fleet.database.connect();
        Statement statement = slow.createStatement()) {
      slow.setAutoCommit(false);
      statement.execute("update user_sessions set phone = '+1' where user_id = '1'");
      fleet.database.execute("update user_sessions set phone = '+1' where user_id = '2'");
      assertThat(changes(fleet.database, snapshot))
          .containsExactly("sess_2|null|2|session_updated");
      snapshot = snapshot(fleet.database, "'" + snapshot + "'");
      slow.commit();
    }
    fleet.database.execute("update user_sessions set session_id = 'sess_new' where user_id = '3'");
    assertThat(changes(fleet.database, snapshot))
        .containsExactly("sess_1|null|1|session_updated", "sess_new|sess_3|3|session_updated");
    assertThat(
            fleet.database.query(
                "select complete from session_fleet_changes('%s', 1) where snapshot is not null"
                    .formatted(snapshot)))
        .as("more than asked for")
        .containsExactly("f");
    // As in a dump of another server's, or forged by who may write the log.
    fleet.database.execute(
        "insert into session_activity (session_id, activity_type, xid) values ('forged', 'x', '99999999')");
    assertThat(changes(fleet.database, snapshot)).hasSize(2);
  }

  private static String snapshot(TestDatabase database, String since) {
    return database.value(
        "select snapshot from session_fleet_changes(%s, 100) where snapshot is not null"
            .formatted(since));
  }

  private static List<String> changes(TestDatabase database, String since) {
    return database.query(
        "select session_id, previous_session_id, user_id, activity_type from session_fleet_changes('%s', 100) where snapshot is null"
            .formatted(since));
  }
}
