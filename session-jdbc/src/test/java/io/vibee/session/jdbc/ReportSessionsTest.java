package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.Activity;
import io.vibee.session.ActivityQuery;
import io.vibee.session.Secret;
import io.vibee.session.SessionEdit;
import io.vibee.session.SessionEditBuilder;
import io.vibee.session.SessionReport;
import io.vibee.session.StoreUnavailableException;
import io.vibee.session.jdbc.testing.Canary;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What agents report about the sessions that they hold. */
class ReportSessionsTest {
  private final TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
  private final JdbcSessionStore store = database.store();

  @AfterEach
  void close() {
    store.close();
  }

  private static SessionEditBuilder fresh(String userId) {
    return SessionEdit.of(userId)
        .sessionId("sess_" + userId)
        .apiId(94892)
        .apiHash(Secret.of(Canary.API_HASH));
  }

  private String log(String sessionId) {
    return String.join(
        " ",
        store.activity(ActivityQuery.latest(100).ofSession(sessionId)).stream()
            .map(Activity::type)
            .toList());
  }

  @Test
  void writesWhatAnAgentReportsInOneStatement() {
    for (int i = 1; i <= 5; i++) store.edit(fresh("" + i).authorized(i == 2).build());
    Set<String> there =
        store.report(
            List.of(
                SessionReport.of("sess_1", false),
                SessionReport.of("sess_1", true),
                SessionReport.of("sess_2", false),
                SessionReport.failed("sess_3", "bridge: 502"),
                SessionReport.held("sess_4"),
                SessionReport.of("gone", true),
                SessionReport.of("\0", true)));
    assertThat(there).containsExactlyInAnyOrder("sess_1", "sess_2", "sess_3", "sess_4");
    assertThat(
            database.query(
                "select user_id, is_authorized, last_seen_at is not null, revision from user_sessions order by id"))
        .containsExactly("1|t|t|2", "2|f|t|2", "3|f|t|1", "4|f|t|1", "5|f|f|1");
    assertThat(log("sess_1")).contains("login").contains("session_authorized");
    assertThat(log("sess_2")).contains("logout").contains("session_unauthorized");
    assertThat(store.activity(ActivityQuery.latest(1).ofSession("sess_3")).get(0).details())
        .containsEntry("error", "bridge: 502");
    assertThat(log("sess_4")).isEqualTo("session_created");
    assertThat(store.report(List.of(SessionReport.of("sess_1", true)))).containsExactly("sess_1");
    assertThat(log("sess_1")).as("no second login").containsOnlyOnce("login");
    assertThat(store.report(List.of())).isEmpty();
  }

  @Test
  void reportsOfHeldSessionsNeedOnlyTheRightToSetLastSeen() throws Exception {
    for (String user : List.of("1", "2")) store.edit(fresh(user).build());
    String role = database.name() + "_seen";
    database.execute("create role %s login".formatted(role));
    database.execute(
        "grant select on user_sessions, encryption_keys, session_schema_version to " + role);
    database.execute("grant update (last_seen_at) on user_sessions to %s".formatted(role));
    try (JdbcSessionStore agent = JdbcSessionStore.open(database.url(role))) {
      SessionReport one = SessionReport.held("sess_1");
      assertThat(agent.report(List.of(one, SessionReport.held("gone")))).containsExactly("sess_1");
      assertThat(agent.touch(List.of("sess_1", "sess_2"))).isEqualTo(2);
      assertThatThrownBy(
              () -> agent.report(List.of(one, SessionReport.failed("sess_2", "made up"))))
          .isInstanceOfSatisfying(
              StoreUnavailableException.class, e -> assertThat(e.sqlState()).isEqualTo("42501"));
    }
  }

  @Test
  void reportsThatOverlapDoNotDeadlock() throws Exception {
    for (int i = 0; i < 40; i++) store.edit(fresh("" + i).build());
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Callable<Set<String>>> calls = new ArrayList<>();
      for (int round = 0; round < 40; round++) {
        boolean authorized = round % 2 == 0;
        List<SessionReport> reports = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
          reports.add(SessionReport.of("sess_" + (authorized ? i : 39 - i), authorized));
        }
        calls.add(() -> store.report(reports));
      }
      for (Future<Set<String>> done : threads.invokeAll(calls)) {
        assertThat(done.get()).hasSize(40);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(
            database.value(
                "select deadlocks from pg_stat_database where datname = current_database()"))
        .isEqualTo("0");
    assertThat(
            database.value(
                "select bool_and((s.revision - 1) = (select count(*) from session_activity a where a.session_id = s.session_id and activity_type in ('login', 'logout'))) from user_sessions s"))
        .as("a login or logout for each change, and none for anything else")
        .isEqualTo("t");
  }
}
