package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.Activity;
import io.vibee.session.ActivityQuery;
import io.vibee.session.SaveResult;
import io.vibee.session.Secret;
import io.vibee.session.Session;
import io.vibee.session.SessionConflictException;
import io.vibee.session.SessionNotFoundException;
import io.vibee.session.UnreadableSessionException;
import io.vibee.session.jdbc.testing.CapturedLog;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JdbcSessionStoreTest {
  private final TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
  private final JdbcSessionStore store = database.store();

  @AfterEach
  void close() {
    store.close();
  }

  /** Warns as it comes in; the quick start has such a hash, so it is stored. */
  @Test
  void warnsOfAHashThatTelegramCannotHaveGiven() {
    try (CapturedLog log = new CapturedLog("io.vibee.session.jdbc")) {
      store.save(TestSessions.session("1"));
      assertThat(log.lines()).isEmpty();
      Session odd = Session.builder("2", "sess_2", 94892, Secret.of("made_up_hash")).build();
      store.save(odd);
      assertThat(log.lines())
          .singleElement()
          .asString()
          .startsWith("WARNING session sess_2 of user 2: the api_hash is not 32 hexadecimal digits")
          .doesNotContain("made_up_hash");
      assertThat(store.findByUserId("2").orElseThrow().apiHash()).isEqualTo(odd.apiHash());
    }
  }

  @Test
  void givesBackEveryValueThatWasSaved() {
    Session session =
        TestSessions.session("42").toBuilder()
            .username("Ünï🙂 'quoted'; drop table user_sessions")
            .active(false)
            .authorized(true)
            .digitalTwinEnabled(true)
            .autoReplyEnabled(false)
            .targetChats(
                List.of(
                    "-1001234567890123",
                    "@name",
                    "9223372036854775808",
                    "007",
                    "{\"a\":[1]}",
                    "[x",
                    ""))
            .build();

    SaveResult<Session> saved = store.save(session);

    assertThat(saved.created()).isTrue();
    assertThat(saved.session().revision()).isEqualTo(1);
    assertThat(saved.session().createdAt()).isCloseTo(Instant.now(), within(Duration.ofMinutes(1)));
    assertThat(
            saved.session().toBuilder()
                .stored(at(saved), at(saved), 1, saved.session().keyVersion())
                .build())
        .isEqualTo(
            session.toBuilder()
                .stored(at(saved), at(saved), 1, saved.session().keyVersion())
                .build());
    assertThat(store.findByUserId("42")).contains(saved.session());
    assertThat(store.findBySessionId("sess_42")).contains(saved.session());
    assertThat(database.value("select target_chats from user_sessions"))
        .isEqualTo(
            "[-1001234567890123, \"@name\", \"9223372036854775808\", \"007\", {\"a\": [1]}, \"[x\", \"\"]");
  }

  private static Instant at(SaveResult<Session> result) {
    Instant created = result.session().createdAt();
    assertThat(created).isNotNull();
    return created;
  }

  private static org.assertj.core.data.TemporalUnitOffset within(Duration duration) {
    return org.assertj.core.api.Assertions.within(
        duration.toSeconds(), java.time.temporal.ChronoUnit.SECONDS);
  }

  @Test
  void readsBackNumbersThatPostgresWritesOut() {
    Session session =
        TestSessions.session("1").toBuilder().targetChats(List.of("{\"a\":1e3000}")).build();
    assertThat(store.save(session).session().targetChats().get(0)).hasSizeGreaterThan(3000);
    assertThat(store.findByUserId("1")).isPresent();
  }

  @Test
  void readsChatsOfAnyShape() {
    store.save(TestSessions.session("1"));
    for (String[] shape :
        new String[][] {
          {"null", "[]"},
          {"{\"a\": 1}", "[{\"a\":1}]"},
          {"5", "[5]"},
          {"[null, true]", "[null, true]"}
        }) {
      database.execute("update user_sessions set target_chats = '" + shape[0] + "'");
      assertThat(store.findByUserId("1").orElseThrow().targetChats()).hasToString(shape[1]);
    }
  }

  @Test
  void updatesTheUsersSessionAndCountsRevisions() {
    Session first = store.save(TestSessions.session("1")).session();
    SaveResult<Session> changed =
        store.save(first.toBuilder().sessionId("sess_new").phone(null).build());
    assertThat(changed.created()).isFalse();
    assertThat(changed.session().revision()).isEqualTo(2);
    assertThat(store.findBySessionId("sess_1")).isEmpty();
    assertThat(store.findByUserId("1")).contains(changed.session());
    assertThat(types("sess_new")).containsExactly("session_updated");
    assertThat(store.activity(ActivityQuery.latest(1)).get(0).details())
        .containsEntry("changed", List.of("phone", "session_id"))
        .containsEntry("previous_session_id", "sess_1");
  }

  @Test
  void savingTheSameChangesNothing() {
    Session first = store.save(TestSessions.session("1")).session();
    String before = database.value("select md5(s::text) from user_sessions s");
    SaveResult<Session> again = store.save(first);
    assertThat(again.created()).isFalse();
    assertThat(again.session()).isEqualTo(first);
    assertThat(database.value("select md5(s::text) from user_sessions s")).isEqualTo(before);
    assertThat(types("sess_1")).containsExactly("session_created");
  }

  @Test
  void noticesANewHash() {
    Session first = store.save(TestSessions.session("1")).session();
    Session other = first.toBuilder().apiHash(Secret.of("another_made_up_hash")).build();
    assertThat(store.save(other).session().revision()).isEqualTo(2);
    assertThat(store.findByUserId("1").orElseThrow().apiHash()).isEqualTo(other.apiHash());
    assertThat(store.activity(ActivityQuery.latest(1)).get(0).details())
        .containsEntry("changed", List.of("api_hash"));
  }

  @Test
  void refusesValuesThatPostgresCannotStore() {
    Session session =
        TestSessions.session("1").toBuilder().targetChats(List.of("{\"a\":\"\\u0000\"}")).build();
    assertThatThrownBy(() -> store.save(session)).isInstanceOf(IllegalArgumentException.class);
    assertThat(store.findByUserId("1")).isEmpty();
  }

  @Test
  void sealsARowAgainThatWasStoredUnsealed() {
    Session session = store.save(TestSessions.session("1")).session();
    database.executeWithoutTriggers(
        "update user_sessions set api_hash_encrypted = pgp_sym_encrypt(session_hash_decrypt(api_hash_encrypted, k.master_key), k.master_key) from encryption_keys k where k.id = 1");
    assertThatThrownBy(() -> store.findByUserId("1"))
        .isInstanceOf(UnreadableSessionException.class);
    store.save(session);
    assertThat(store.findByUserId("1").orElseThrow().apiHash()).isEqualTo(session.apiHash());
  }

  @Test
  void refusesASessionIdOfAnotherUser() {
    store.save(TestSessions.session("1"));
    Session thief = TestSessions.session("2").toBuilder().sessionId("sess_1").build();
    assertThatThrownBy(() -> store.save(thief))
        .isInstanceOf(SessionConflictException.class)
        .hasMessageContaining("sess_1");
    assertThat(store.findByUserId("2")).isEmpty();
  }

  @Test
  void activatesAndDeactivates() {
    store.save(TestSessions.session("1"));
    assertThat(store.activate("sess_1")).isFalse();
    assertThat(store.deactivate("sess_1")).isTrue();
    assertThat(store.deactivate("sess_1")).isFalse();
    assertThat(activeUsers()).isEmpty();
    assertThat(store.activate("sess_1")).isTrue();
    assertThat(activeUsers()).containsExactly("1");
    assertThat(types("sess_1"))
        .containsExactly("session_activated", "session_deactivated", "session_created");
  }

  @Test
  void marksAuthorization() {
    store.save(TestSessions.session("1"));
    assertThat(store.markAuthorized("sess_1", true)).isTrue();
    assertThat(store.markAuthorized("sess_1", true)).isFalse();
    assertThat(store.findByUserId("1").orElseThrow().authorized()).isTrue();
    assertThat(types("sess_1")).containsExactly("session_authorized", "session_created");
  }

  @Test
  void saysWhenThereIsNoSuchSession() {
    store.save(TestSessions.session("1").toBuilder().userId("?").sessionId("?").build());
    String nul = "sess\0";
    for (String id : List.of("unknown", "", nul, "\ud800", "'; drop table user_sessions; --")) {
      assertThatThrownBy(() -> store.activate(id)).isInstanceOf(SessionNotFoundException.class);
      assertThatThrownBy(() -> store.deactivate(id)).isInstanceOf(SessionNotFoundException.class);
      assertThatThrownBy(() -> store.markAuthorized(id, true))
          .isInstanceOf(SessionNotFoundException.class);
      assertThatThrownBy(() -> store.recordActivity(id, Activity.LOGIN, Map.of()))
          .isInstanceOf(SessionNotFoundException.class);
      assertThat(store.delete(id)).isFalse();
      assertThat(store.findBySessionId(id)).isEmpty();
      assertThat(store.findByUserId(id)).isEmpty();
      assertThat(store.touch(List.of(id))).isZero();
      assertThat(store.activity(ActivityQuery.latest(5).ofSession(id))).isEmpty();
    }
  }

  @Test
  void touchesManyWithoutRevisionOrLog() {
    Session first = store.save(TestSessions.session("1")).session();
    store.save(TestSessions.session("2"));
    assertThat(store.touch(List.of("sess_1", "sess_2", "unknown"))).isEqualTo(2);
    assertThat(store.touch(List.of())).isZero();
    Session seen = store.findByUserId("1").orElseThrow();
    assertThat(seen.lastSeenAt()).isNotNull();
    assertThat(seen.toBuilder().lastSeenAt(null).build()).isEqualTo(first);
    assertThat(types("sess_1")).containsExactly("session_created");
  }

  @Test
  void streamsInTheOrderOfAdding() {
    List<String> users = List.of("b", "a", "c");
    users.forEach(user -> store.save(TestSessions.session(user)));
    assertThat(activeUsers()).containsExactlyElementsOf(users);
  }

  @Test
  void endsTheStreamWhenTheConsumerThrowsAndGivesTheConnectionBack() {
    for (int i = 0; i < 3; i++) store.save(TestSessions.session("u" + i));
    RuntimeException thrown = new IllegalStateException("enough");
    for (int i = 0; i < 10; i++) {
      assertThatThrownBy(
              () ->
                  store.forEachActive(
                      session -> {
                        throw thrown;
                      },
                      unreadable -> {}))
          .isSameAs(thrown);
    }
    assertThat(activeUsers()).hasSize(3);
  }

  @Test
  void refusesCallsAfterClose() {
    store.close();
    store.close();
    assertThatThrownBy(() -> store.findByUserId("1")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> store.touch(List.of())).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void leavesTheCallersConnectionsAsTheyWere() throws Exception {
    try (var connection = database.connect()) {
      connection.setAutoCommit(false);
      var dataSource = org.mockito.Mockito.mock(javax.sql.DataSource.class);
      var handle =
          (java.sql.Connection)
              java.lang.reflect.Proxy.newProxyInstance(
                  getClass().getClassLoader(),
                  new Class<?>[] {java.sql.Connection.class},
                  (proxy, method, args) ->
                      method.getName().equals("close") ? null : method.invoke(connection, args));
      org.mockito.Mockito.when(dataSource.getConnection()).thenReturn(handle);
      JdbcSessionStore over = JdbcSessionStore.over(dataSource);
      over.save(TestSessions.session("1"));
      assertThat(connection.getAutoCommit()).isFalse();
      over.close();
      assertThat(connection.isClosed()).isFalse();
    }
    assertThat(activeUsers()).containsExactly("1");
  }

  private List<String> activeUsers() {
    List<String> users = new ArrayList<>();
    store.forEachActive(
        session -> users.add(session.userId()),
        unreadable -> {
          throw new AssertionError(unreadable.toString());
        });
    return users;
  }

  private List<String> types(String sessionId) {
    return store.activity(ActivityQuery.latest(100).ofSession(sessionId)).stream()
        .map(Activity::type)
        .toList();
  }
}
