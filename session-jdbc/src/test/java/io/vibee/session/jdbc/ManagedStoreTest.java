package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.Activity;
import io.vibee.session.ActivityCount;
import io.vibee.session.ActivityQuery;
import io.vibee.session.ManagedSessionStore;
import io.vibee.session.NewKey;
import io.vibee.session.SchemaVersionException;
import io.vibee.session.Secret;
import io.vibee.session.SessionCounts;
import io.vibee.session.SessionEdit;
import io.vibee.session.SessionEditBuilder;
import io.vibee.session.SessionNotFoundException;
import io.vibee.session.SessionQuery;
import io.vibee.session.SessionSummary;
import io.vibee.session.StoreUnavailableException;
import io.vibee.session.jdbc.testing.Canary;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What operators see, and in whose name they act. */
class ManagedStoreTest {
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

  @Test
  void listsPageByPageInTheOrderOfAddition() {
    for (int i = 9; i > 0; i--) store.edit(fresh("" + i).active(i % 3 != 0).build());
    assertThat(users(SessionQuery.all(4)))
        .containsExactly("9", "8", "7", "6", "5", "4", "3", "2", "1");
    assertThat(users(SessionQuery.active(2))).containsExactly("8", "7", "5", "4", "2", "1");
    assertThat(users(SessionQuery.inactive(1000))).containsExactly("9", "6", "3");
    assertThat(store.counts()).isEqualTo(new SessionCounts(0, 6, 3));
    assertThat(store.counts().active()).isEqualTo(6);
  }

  private List<String> users(SessionQuery first) {
    List<String> users = new ArrayList<>();
    SessionQuery query = first;
    while (true) {
      List<SessionSummary> page = store.list(query);
      if (page.isEmpty()) return users;
      page.forEach(session -> users.add(session.userId()));
      query = query.after(page.get(page.size() - 1).id());
    }
  }

  @Test
  void showsWhatCannotBeRead() {
    database.insertByGuide("1", "sess_1");
    database.executeWithoutTriggers(
        "update user_sessions set api_hash_encrypted = 'x', api_id = -1, username = E'a\\nb'");
    assertThat(store.list(SessionQuery.all(1)).get(0).username()).isEqualTo("a\nb");
  }

  @Test
  void streamsInactiveSessionsAndTheUnreadableToo() {
    for (int i = 1; i <= 3; i++) store.edit(fresh("" + i).active(i != 2).build());
    database.executeWithoutTriggers(
        "update user_sessions set api_hash_encrypted = 'x' where user_id = '3'");
    List<String> seen = new ArrayList<>();
    store.forEach(s -> seen.add(s.userId()), u -> seen.add("unreadable " + u.userId()));
    assertThat(seen).containsExactly("1", "2", "unreadable 3");
  }

  @Test
  void theLogNamesTheActorOfEveryChange() {
    ManagedSessionStore ops = store.actingAs("token:ops Ünï🙂");
    ops.edit(fresh("1").build());
    ops.edit(SessionEdit.of("1").phone("1").build());
    ops.deactivate("sess_1");
    ops.activate("sess_1");
    ops.save(store.findByUserId("1").orElseThrow().toBuilder().username("n").build());
    ops.markAuthorized("sess_1", true);
    ops.delete("sess_1");
    store.actingAs("rotator").changeKey(NewKey.generated());
    assertThat(
            database.query(
                "select distinct details->>'actor' from session_activity where session_id = 'sess_1'"))
        .containsExactly("token:ops Ünï🙂");
    assertThat(database.query("select count(*) from session_activity where session_id = 'sess_1'"))
        .containsExactly("7");
    assertThat(
            database.value(
                "select details->>'actor' from session_activity order by id desc limit 1"))
        .isEqualTo("rotator");
    store.edit(fresh("2").build());
    assertThat(store.activity(ActivityQuery.latest(1)).get(0).details()).doesNotContainKey("actor");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a\nb", "\0", "a\u009bb"})
  void refusesActorsThatWouldMisleadTheLog(String actor) {
    assertThatThrownBy(() -> store.actingAs(actor)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store.actingAs("x".repeat(101)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aViewTellsThatTheSchemaIsMissing() {
    try (JdbcSessionStore empty = Postgres.NEWEST.createDatabase().store()) {
      assertThatThrownBy(() -> empty.actingAs("ops").edit(fresh("1").build()))
          .isInstanceOf(SchemaVersionException.class);
    }
  }

  @Test
  void changesWhateverTheDefaultIsolationIs() {
    database.execute(
        "alter database "
            + database.name()
            + " set default_transaction_isolation = 'repeatable read'");
    try (JdbcSessionStore strict = database.store()) {
      strict.actingAs("ops").edit(fresh("1").build());
      assertThat(strict.actingAs("ops").deactivate("sess_1")).isTrue();
    }
  }

  @Test
  void aViewEndsWithItsStoreAndNotBefore() {
    ManagedSessionStore view = store.actingAs("ops");
    view.close();
    view.edit(fresh("1").build());
    store.close();
    assertThatThrownBy(() -> view.counts()).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> store.edit(fresh("2").build()))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void countsTheLogInSpans() {
    Instant from = Instant.parse("2026-11-22T00:00:00Z");
    Map<String, String> entries =
        Map.of("-1 s", "login", "0", "login", "59 min", "error", "1 h", "login", "3 h", "login");
    entries.forEach(
        (offset, type) ->
            database.execute(
                "insert into session_activity (session_id, activity_type, created_at) values ('s', '%s', timestamptz '%s' + interval '%s')"
                    .formatted(type, from, offset)));
    assertThat(store.activityCounts(from, Duration.ofHours(1), 3))
        .containsExactly(
            new ActivityCount(from, 2, 1),
            new ActivityCount(from.plusSeconds(3600), 1, 0),
            new ActivityCount(from.plusSeconds(7200), 0, 0));
    assertThatThrownBy(() -> store.activityCounts(from, Duration.ofMillis(1), 3))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store.activityCounts(from, Duration.ofHours(1), 1001))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store.activityCounts(Instant.MAX, Duration.ofHours(1), 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void logsWhatConcernsAllSessions() {
    store.recordActivity(Activity.ALL_SESSIONS, Activity.ERROR, Map.of("error", "bridge"));
    assertThat(store.activity(ActivityQuery.latest(1).ofSession("*"))).hasSize(1);
    assertThatThrownBy(() -> store.recordActivity("gone", "login", Map.of()))
        .isInstanceOf(SessionNotFoundException.class);
  }

  @Test
  void checksAnewEachTime() {
    store.check();
    database.execute("alter table session_schema_version rename to moved");
    assertThatThrownBy(store::check).isInstanceOf(SchemaVersionException.class);
    database.execute("alter table moved rename to session_schema_version");
    store.check();
    try (JdbcSessionStore nowhere =
        JdbcSessionStore.open("postgresql://postgres@localhost:1/none?connect_timeout=1")) {
      assertThatThrownBy(nowhere::check).isInstanceOf(StoreUnavailableException.class);
    }
  }
}
