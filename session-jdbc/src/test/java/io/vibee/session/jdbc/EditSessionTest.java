package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.Activity;
import io.vibee.session.ActivityQuery;
import io.vibee.session.SaveResult;
import io.vibee.session.SaveResult.Outcome;
import io.vibee.session.Secret;
import io.vibee.session.Session;
import io.vibee.session.SessionChangedException;
import io.vibee.session.SessionConflictException;
import io.vibee.session.SessionCounts;
import io.vibee.session.SessionEdit;
import io.vibee.session.SessionEditBuilder;
import io.vibee.session.SessionIncompleteException;
import io.vibee.session.SessionQuery;
import io.vibee.session.SessionRevision;
import io.vibee.session.SessionSummary;
import io.vibee.session.jdbc.testing.Canary;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What operators change about a session. */
class EditSessionTest {
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
  void addsASessionWithTheDefaultsOfANewOne() {
    SaveResult<SessionSummary> added = store.edit(fresh("1").build());
    assertThat(added.outcome()).isEqualTo(Outcome.CREATED);
    Session stored = store.findByUserId("1").orElseThrow();
    assertThat(stored.apiHash()).isEqualTo(Secret.of(Canary.API_HASH));
    assertThat(stored.active()).isTrue();
    assertThat(stored.autoReplyEnabled()).isTrue();
    assertThat(store.summaryOfUser("1")).contains(added.session());
    assertThat(store.summaryOfSession("sess_1")).contains(added.session());
    assertThat(store.summaryOfUser("2")).isEmpty();
    assertThat(store.summaryOfSession("\0")).isEmpty();
  }

  @Test
  void changesOnlyWhatAnEditNames() {
    Session before =
        store
            .save(
                TestSessions.session("1").toBuilder()
                    .username("name")
                    .active(false)
                    .targetChats(List.of("-1001", "@chat", "{\"a\":1}"))
                    .build())
            .session();
    SaveResult<SessionSummary> result =
        store.edit(SessionEdit.of("1").phone(null).apiId(7).build());
    assertThat(result.outcome()).isEqualTo(Outcome.UPDATED);
    Session after = store.findByUserId("1").orElseThrow();
    assertThat(after)
        .isEqualTo(
            before.toBuilder()
                .phone(null)
                .apiId(7)
                .stored(after.createdAt(), after.updatedAt(), 2, after.keyVersion())
                .build());
    assertThat(store.activity(ActivityQuery.latest(1)).get(0).details())
        .containsEntry("changed", List.of("phone", "api_id"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[\"123\", 5]",
        "\"all\"",
        "[1.50, true, null, 12345678901234567890]",
        "null",
        "{\"a\": 1}"
      })
  void leavesChatsThatSqlStoredAsTheyAre(String json) {
    store.edit(fresh("1").build());
    database.execute("update user_sessions set target_chats = '" + json + "'");
    store.edit(SessionEdit.of("1").phone("1").build());
    store.edit(SessionEdit.of("1").apiHash(Secret.of("another_made_up_hash")).build());
    assertThat(database.value("select target_chats from user_sessions")).isEqualTo(json);
    assertThat(store.activity(ActivityQuery.latest(2)))
        .extracting(entry -> String.valueOf(entry.details().get("changed")))
        .containsExactly("[api_hash]", "[phone]");
  }

  @Test
  void showsAndEditsASessionWhoseChatsAreTooDeepToRead() {
    store.edit(fresh("1").build());
    String deep = "[".repeat(1001) + "]".repeat(1001);
    database.execute("update user_sessions set target_chats = '" + deep + "'");
    assertThat(store.list(SessionQuery.all(10)).get(0).targetChats()).isEmpty();
    store.edit(SessionEdit.of("1").phone("1").build());
    assertThat(database.value("select target_chats from user_sessions")).isEqualTo(deep);
    store.edit(SessionEdit.of("1").targetChats(List.of("@chat")).build());
    assertThat(database.value("select target_chats from user_sessions")).isEqualTo("[\"@chat\"]");
  }

  @Test
  void anEditOfTheStoredValuesChangesNothing() {
    SaveResult<SessionSummary> added = store.edit(fresh("1").phone("+10005550123").build());
    SaveResult<SessionSummary> same = store.edit(fresh("1").phone("+10005550123").build());
    assertThat(same).isEqualTo(new SaveResult<>(added.session(), Outcome.UNCHANGED));
    assertThat(store.edit(SessionEdit.of("1").build()).outcome()).isEqualTo(Outcome.UNCHANGED);
    assertThat(log("sess_1")).isEqualTo("session_created");
  }

  @Test
  void editsWhatCannotBeReadUnlessItsHashWouldHaveToBe() {
    store.edit(fresh("1").build());
    database.executeWithoutTriggers("update user_sessions set api_hash_encrypted = 'damaged'");
    assertThat(store.edit(SessionEdit.of("1").sessionId("sess_b").phone("1").build()).outcome())
        .isEqualTo(Outcome.UPDATED);
    store.edit(fresh("1").build());
    assertThat(store.findByUserId("1")).isPresent();
  }

  @Test
  void namesWhatANewSessionLacks() {
    assertThatThrownBy(() -> store.edit(SessionEdit.of("1").apiId(1).build()))
        .isInstanceOfSatisfying(
            SessionIncompleteException.class,
            e -> assertThat(e.missing()).containsExactly("sessionId", "apiHash"));
    assertThat(store.counts()).isEqualTo(new SessionCounts(0, 0, 0));
  }

  @Test
  void refusesTheSessionIdOfAnother() {
    store.edit(fresh("1").build());
    store.edit(fresh("2").build());
    for (SessionEdit edit :
        List.of(
            SessionEdit.of("2").sessionId("sess_1").build(),
            fresh("3").sessionId("sess_1").build())) {
      assertThatThrownBy(() -> store.edit(edit))
          .isInstanceOf(SessionConflictException.class)
          .hasMessageContaining("sess_1");
    }
  }

  @Test
  void refusesAnEditOfAnotherRevision() {
    SessionSummary read = store.edit(fresh("1").expecting(SessionRevision.NONE).build()).session();
    store.edit(SessionEdit.of("1").phone("1").expecting(read.at()).build());
    for (SessionRevision wrong :
        List.of(read.at(), SessionRevision.NONE, new SessionRevision(read.id() + 1, 2))) {
      assertThatThrownBy(() -> store.edit(SessionEdit.of("1").phone("2").expecting(wrong).build()))
          .isInstanceOfSatisfying(
              SessionChangedException.class,
              e -> assertThat(e.found()).isEqualTo(new SessionRevision(read.id(), 2)));
    }
    assertThatThrownBy(() -> store.edit(fresh("9").expecting(read.at()).build()))
        .isInstanceOfSatisfying(
            SessionChangedException.class,
            e -> assertThat(e.found()).isEqualTo(SessionRevision.NONE));
    assertThat(store.findByUserId("1").orElseThrow().phone()).isEqualTo("1");
  }

  @Test
  void aSessionThatWasDeletedAndAddedAgainIsAnotherOne() {
    SessionSummary read = store.edit(fresh("1").build()).session();
    store.delete("sess_1");
    store.edit(fresh("1").build());
    assertThatThrownBy(
            () -> store.edit(SessionEdit.of("1").phone("2").expecting(read.at()).build()))
        .isInstanceOf(SessionChangedException.class);
  }

  @Test
  void ofEditsThatExpectOneRevisionOneSucceeds() throws Exception {
    SessionRevision read = store.edit(fresh("1").build()).session().at();
    assertThat(succeeded(i -> SessionEdit.of("1").phone("+" + i).expecting(read).build()))
        .isEqualTo(1);
    assertThat(store.summaryOfUser("1").orElseThrow().revision()).isEqualTo(2);
  }

  @Test
  void ofFirstEditsThatExpectNothingOneSucceeds() throws Exception {
    assertThat(succeeded(i -> fresh("1").phone("+" + i).expecting(SessionRevision.NONE).build()))
        .isEqualTo(1);
    assertThat(log("sess_1")).isEqualTo("session_created");
  }

  @Test
  void editsOfDifferentValuesAllLast() throws Exception {
    store.edit(fresh("1").build());
    assertThat(
            succeeded(
                i ->
                    (i % 2 == 0
                            ? SessionEdit.of("1").phone("+1")
                            : SessionEdit.of("1").username("name"))
                        .build()))
        .isEqualTo(16);
    SessionSummary after = store.summaryOfUser("1").orElseThrow();
    assertThat(after.phone()).isEqualTo("+1");
    assertThat(after.username()).isEqualTo("name");
  }

  private long succeeded(IntFunction<SessionEdit> edit) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Callable<Boolean>> calls =
          IntStream.range(0, 16)
              .<Callable<Boolean>>mapToObj(i -> () -> tried(edit.apply(i)))
              .toList();
      long count = 0;
      for (Future<Boolean> result : threads.invokeAll(calls)) if (result.get()) count++;
      return count;
    } finally {
      threads.shutdownNow();
    }
  }

  private boolean tried(SessionEdit edit) {
    try {
      store.edit(edit);
      return true;
    } catch (SessionChangedException e) {
      return false;
    }
  }
}
