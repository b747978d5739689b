package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vibee.session.NewKey;
import io.vibee.session.OutcomeUnknownException;
import io.vibee.session.RefusedEdit;
import io.vibee.session.Secret;
import io.vibee.session.SessionConflictException;
import io.vibee.session.SessionEdit;
import io.vibee.session.StoreUnavailableException;
import io.vibee.session.jdbc.testing.Canary;
import io.vibee.session.jdbc.testing.DocumentedRoles;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many edits in the face of what a database, its users and its connections do meanwhile. */
class EditSessionsTest {
  private static final int BATCH = 1_000;

  private final TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
  private final List<String> saved = new ArrayList<>();
  private final List<RefusedEdit> refused = new ArrayList<>();

  private static SessionEdit added(int user) {
    return SessionEdit.of(TestSessions.session("" + user)).build();
  }

  private static List<SessionEdit> added(int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj(EditSessionsTest::added).toList();
  }

  private void edit(JdbcSessionStore store, List<SessionEdit> edits) {
    store.editAll(
        edits,
        one -> saved.add(one.outcome() + " " + one.session().userId()),
        one -> {
          refused.add(one);
          assertThat(Canary.in(one + " " + one.reason())).isEmpty();
        });
  }

  private int count() {
    return Integer.parseInt(database.value("select count(*) from user_sessions"));
  }

  private void awaitWaiting() {
    await()
        .until(
            () ->
                database.value(
                    "select count(*) > 0 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"),
            "t"::equals);
  }

  @Test
  void refusesWhatAnotherTransactionTakesInTheMiddleOfABatch() throws Exception {
    try (JdbcSessionStore store = database.store();
        Connection other = database.connect();
        Statement statement = other.createStatement()) {
      store.check();
      other.setAutoCommit(false);
      statement.execute(
          """
          insert into user_sessions (user_id, session_id, api_id, api_hash_encrypted)
            select u, 'sess_' || s, 1, session_hash_encrypt('made_up', master_key)
              from (values ('stranger', 500), ('700', 700)) as v (u, s), encryption_keys where id = 1
          """);
      CompletableFuture<Void> run = CompletableFuture.runAsync(() -> edit(store, added(1, BATCH)));
      awaitWaiting();
      other.commit();
      run.get();
    }
    assertThat(refused).singleElement().matches(one -> one.userId().equals("500"));
    assertThat(refused.get(0).reason()).isInstanceOf(SessionConflictException.class);
    assertThat(saved).hasSize(BATCH - 1).contains("UPDATED 700", "CREATED 701");
    assertThat(count()).isEqualTo(BATCH + 1 - 1);
    assertThat(database.value("select count(*) from session_activity where session_id = 'sess_3'"))
        .isEqualTo("1");
  }

  @Test
  void isolatesRowsThatOthersRulesRefuse() {
    database.execute("alter table user_sessions add check (phone is distinct from '+666')");
    List<SessionEdit> edits = new ArrayList<>(added(1, 50));
    for (int bad : new int[] {3, 4, 49}) {
      edits.set(
          bad - 1,
          SessionEdit.of("" + bad)
              .sessionId("s" + bad)
              .apiId(1)
              .apiHash(Secret.of(Canary.API_HASH))
              .phone("+666")
              .build());
    }
    try (JdbcSessionStore store = database.store()) {
      edit(store, edits);
      assertThat(refused).extracting(RefusedEdit::userId).containsExactly("3", "4", "49");
      assertThat(refused)
          .allSatisfy(
              one ->
                  assertThat(one.reason())
                      .isInstanceOf(StoreUnavailableException.class)
                      .hasMessageContaining("23514")
                      .hasMessageNotContaining("+666"));
      assertThat(saved).hasSize(47);
      edit(store, List.of(added(3), added(4)));
      assertThat(saved).endsWith("CREATED 3", "CREATED 4");
    }
  }

  @Test
  void refusesABatchOfBadRowsWithBoundedWork() {
    String tooLong = "[" + "1e130000,".repeat(3) + "1]";
    List<SessionEdit> edits =
        IntStream.rangeClosed(1, 200)
            .mapToObj(
                i ->
                    SessionEdit.of(TestSessions.session("" + i))
                        .targetChats(List.of(tooLong))
                        .build())
            .toList();
    try (JdbcSessionStore store = database.store()) {
      edit(store, edits);
    }
    assertThat(refused).hasSize(200);
    assertThat(refused)
        .allMatch(one -> one.reason() instanceof IllegalArgumentException)
        .extracting(RefusedEdit::userId)
        .startsWith("1", "2", "3")
        .endsWith("200");
    assertThat(count()).isZero();
  }

  @Test
  void splitsBatchesWhoseRowsAreLong() {
    AtomicInteger commits = new AtomicInteger();
    WatchedCommits watched = new WatchedCommits();
    DataSource counting =
        watched.of(
            database.dataSource(),
            connection -> {
              commits.incrementAndGet();
              connection.commit();
            });
    List<String> chats = IntStream.range(0, 60).mapToObj(i -> "x".repeat(4_000) + i).toList();
    List<SessionEdit> edits = new ArrayList<>();
    for (int i = 1; i <= 100; i++) {
      edits.add(SessionEdit.of(TestSessions.session("" + i)).targetChats(chats).build());
    }
    try (JdbcSessionStore store = JdbcSessionStore.over(counting)) {
      store.findByUserId("1"); // looks for the tables
      watched.armed = true;
      edit(store, edits);
      assertThat(commits.getAndSet(0)).as("by the edits' chats").isBetween(5, 12);
      edit(
          store,
          IntStream.rangeClosed(1, 100)
              .mapToObj(i -> SessionEdit.of("" + i).active(false).build())
              .toList());
      assertThat(commits.get()).as("by the rows' chats").isBetween(5, 12);
    }
    assertThat(saved).hasSize(200).endsWith("UPDATED 99", "UPDATED 100");
    assertThat(database.value("select count(*) from user_sessions where not is_active"))
        .isEqualTo("100");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void saysWhatIsUnknownWhenTheReplyOfACommitIsLost(boolean made) {
    WatchedCommits watched = new WatchedCommits();
    AtomicInteger commits = new AtomicInteger();
    DataSource lost =
        watched.of(
            database.dataSource(),
            connection -> {
              boolean second = commits.incrementAndGet() == 2;
              if (!second || made) connection.commit();
              else connection.rollback();
              if (second) throw new SQLException("lost", "08006");
            });
    List<SessionEdit> edits = added(1, 3 * BATCH);
    try (JdbcSessionStore store = JdbcSessionStore.over(lost)) {
      store.findByUserId("1"); // looks for the tables
      watched.armed = true;
      assertThatThrownBy(() -> edit(store, edits)).isInstanceOf(OutcomeUnknownException.class);
      assertThat(saved).hasSize(BATCH).endsWith("CREATED " + BATCH);
      assertThat(count()).isEqualTo(made ? 2 * BATCH : BATCH);
      saved.clear();
      edit(store, edits);
    }
    assertThat(saved.stream().filter(one -> one.startsWith("UNCHANGED")))
        .hasSize(made ? 2 * BATCH : BATCH);
    assertThat(count()).isEqualTo(3 * BATCH);
    assertThat(
            database.value(
                "select count(*) from session_activity where activity_type = 'session_created'"))
        .isEqualTo("3000");
  }

  @Test
  void makesABatchAsAWholeOrNotWhenItsConnectionIsCut() throws Exception {
    try (JdbcSessionStore store = database.store();
        Connection other = database.connect();
        Statement statement = other.createStatement()) {
      edit(store, List.of(added(1_500)));
      other.setAutoCommit(false);
      statement.execute("select 1 from user_sessions for update");
      CompletableFuture<Void> run =
          CompletableFuture.runAsync(() -> edit(store, added(1, 2 * BATCH)));
      awaitWaiting();
      assertThat(count()).isEqualTo(BATCH + 1);
      database.query(
          "select pg_terminate_backend(pid) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()");
      assertThatThrownBy(run::get).hasCauseInstanceOf(StoreUnavailableException.class);
      other.rollback();
      assertThat(saved).hasSize(BATCH + 1);
      assertThat(count()).isEqualTo(BATCH + 1);
      edit(store, added(1, 2 * BATCH));
    }
    assertThat(count()).isEqualTo(2 * BATCH);
  }

  @Test
  void followsAKeyThatChangesBetweenBatches() {
    try (JdbcSessionStore store = database.store()) {
      store.editAll(
          added(1, 2 * BATCH),
          one -> {
            if (one.session().userId().equals("700")) store.changeKey(NewKey.generated());
          },
          one -> {
            throw new AssertionError(one.toString());
          });
      assertThat(
              database.query(
                  "select (select version from encryption_keys where id = 1) - key_version, count(*) from user_sessions group by 1 order by 1"))
          .containsExactly("0|1000", "1|1000");
      // As a save does, the same hash moves to the current key, and that is no change.
      edit(store, added(1, 10));
      assertThat(saved).allMatch(one -> one.startsWith("UNCHANGED")).hasSize(10);
      assertThat(
              database.value(
                  "select count(*) from user_sessions where key_version = (select min(key_version) from user_sessions)"))
          .isEqualTo("990");
      assertThat(database.value("select max(revision) from user_sessions")).isEqualTo("1");
      store.rotate();
      store.forEach(
          one -> assertThat(one.apiHash()).isEqualTo(Secret.of(Canary.API_HASH)),
          one -> {
            throw new AssertionError(one.toString());
          });
    }
  }

  @Test
  void needsNoMoreRightsThanAManagerHas() {
    for (boolean executeIsRevoked : new boolean[] {false, true}) {
      TestDatabase other = TestDatabase.migrated(Postgres.NEWEST);
      if (executeIsRevoked) {
        other.execute("revoke execute on all functions in schema public from public");
      }
      DocumentedRoles roles = DocumentedRoles.on(other, executeIsRevoked);
      saved.clear();
      try (JdbcSessionStore store = JdbcSessionStore.open(roles.url("manager"))) {
        edit(store, added(1, 3));
        edit(store, added(1, 3));
        edit(
            store,
            List.of(
                SessionEdit.of("1").phone("+1").build(),
                SessionEdit.of("2").sessionId("x").apiHash(Secret.of("made_up")).build()));
      }
      assertThat(saved)
          .containsExactly(
              "CREATED 1",
              "CREATED 2",
              "CREATED 3",
              "UNCHANGED 1",
              "UNCHANGED 2",
              "UNCHANGED 3",
              "UPDATED 1",
              "UPDATED 2");
    }
    assertThat(refused).isEmpty();
  }
}
