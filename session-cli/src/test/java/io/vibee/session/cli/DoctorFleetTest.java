package io.vibee.session.cli;

import static io.vibee.session.cli.DoctorChecks.check;
import static io.vibee.session.cli.DoctorChecks.doctor;

import io.vibee.session.AgentRegistration;
import io.vibee.session.RegisteredAgent;
import io.vibee.session.SessionLeases;
import io.vibee.session.jdbc.JdbcSessionStore;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What doctor tells of a fleet. */
@Execution(ExecutionMode.CONCURRENT)
class DoctorFleetTest {
  private final TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
  private final JdbcSessionStore store = database.store();
  private final SessionLeases leases = store.as(SessionLeases.class).orElseThrow();

  @AfterEach
  void close() {
    store.close();
  }

  private RegisteredAgent agent(String name) {
    return leases.register(AgentRegistration.builder(name, Duration.ofSeconds(60), 1).build(), 1);
  }

  private void look(String check, String status, String... texts) {
    check(doctor(database.url()), 0, check, status, texts);
  }

  private void later(String table, String column) {
    database.execute(
        "update %s set %s = clock_timestamp() - interval '2 minutes'".formatted(table, column));
  }

  @Test
  void findsNothingWrongWhereThereIsNoAgent() {
    database.insertByGuide("1", "sess_1");
    look("fleet", "ok", "no agent is registered");
    look("leases", "ok", "0 sessions held");
  }

  @Test
  void findsSilentAgents() {
    agent("agent-1");
    look("fleet", "ok", "1 agent, none silent");
    RegisteredAgent two = agent("agent-2");
    database.execute(
        "update session_agents set seen_at = clock_timestamp() - interval '2 minutes' where name = 'agent-2'");
    look("fleet", "warning", "1 of 2 agents are silent: agent-2 (" + two.agentId() + ")");
  }

  @Test
  void findsAFleetThatWasStopped() {
    leases.stop("a bad deploy");
    look("fleet", "warning", "it was stopped at 2", "(a bad deploy)", "resume-fleet");
  }

  @Test
  void findsWhatNobodyTakes() {
    database.insertMany(3);
    RegisteredAgent one = agent("agent-1");
    leases.claim(one.agentId(), 1, one.world().timeline());
    look("leases", "ok", "1 session held");
    later("session_leases", "free_at");
    look("leases", "ok", "1 session held");
    later("session_agents", "started_at");
    look("leases", "warning", "2 sessions nobody takes, though there are agents");
  }

  @Test
  void findsOrphans() {
    database.insertMany(1);
    RegisteredAgent one = agent("agent-1");
    leases.claim(one.agentId(), 1, one.world().timeline());
    leases.leave(one.agentId(), true);
    agent("agent-2");
    later("session_agents", "started_at");
    look("leases", "ok", "0 sessions held");
    database.execute(
        "update session_agents set ended_at = clock_timestamp() - interval '2 minutes' where state = 'ended'");
    look("leases", "warning", "1 session nobody takes");
  }

  @Test
  void findsQuarantinesAndAgentsThatTakeNoPart() {
    database.insertMany(2);
    agent("agent-1");
    leases.quarantine("sess_1", "AUTH_KEY_DUPLICATED");
    database.execute(
        "update user_sessions set last_seen_at = clock_timestamp() where session_id = 'sess_2'");
    look(
        "leases",
        "warning",
        "1 session in quarantine",
        "1 session reported by agents that take no part",
        "vibee-session clear USER");
  }

  @Test
  void leavesItToThoseWhoMayLook() {
    String agent = DoctorChecks.role(database, "agent", DoctorChecks.AGENT);
    check(doctor(database.url(agent)), 0, "fleet", "skipped", "may not read");
    check(doctor(database.url(agent)), 0, "leases", "skipped", "may not read");
    TestDatabase alone = Postgres.NEWEST.createDatabase();
    alone.execute(TestDatabase.migration());
    check(doctor(alone.url()), 0, "fleet", "skipped", "there are no tables of a fleet");
  }
}
