package io.vibee.session.openpgp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.MasterKeyMismatchException;
import io.vibee.session.SaveResult;
import io.vibee.session.Secret;
import io.vibee.session.Session;
import io.vibee.session.SessionConflictException;
import io.vibee.session.SessionEdit;
import io.vibee.session.SessionSummary;
import io.vibee.session.UnreadableSessionException;
import io.vibee.session.jdbc.JdbcSessionStore;
import io.vibee.session.jdbc.testing.Canary;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A store whose key is outside the database. */
class ExternalKeyStoreTest {

  @ParameterizedTest
  @EnumSource
  void savesAndLoadsWhatTheDatabaseCannotRead(Postgres postgres) {
    TestDatabase database = TestDatabase.migrated(postgres);
    try (JdbcSessionStore store = ExternalStores.inForce(database)) {
      SaveResult<Session> added = store.save(ExternalStores.session("1"));
      assertThat(added.created()).isTrue();
      assertThat(store.findByUserId("1")).contains(added.session());
      assertThat(store.findBySessionId("sess_1")).contains(added.session());
      assertThat(ExternalStores.load(store)).containsExactly("1");

      SaveResult<Session> same = store.save(ExternalStores.session("1"));
      assertThat(same.session().revision()).as("the same values").isEqualTo(1);
      Session changed =
          ExternalStores.session("1").toBuilder()
              .apiHash(Secret.of("another_made_up_hash"))
              .build();
      SaveResult<Session> updated = store.save(changed);
      assertThat(updated.created()).isFalse();
      assertThat(updated.session().revision()).isEqualTo(2);
      assertThat(store.findByUserId("1").orElseThrow().apiHash()).isEqualTo(changed.apiHash());
      Session taken = ExternalStores.session("2").toBuilder().sessionId("sess_1").build();
      assertThatThrownBy(() -> store.save(taken)).isInstanceOf(SessionConflictException.class);
    }
    assertThat(database.query("select master_key from encryption_keys where id = 1"))
        .containsExactly("null");
    assertThat(
            database.query(
                "select activity_type, details->'changed' from session_activity where user_id = '1' order by id"))
        .containsExactly("session_created|null", "session_updated|[\"api_hash\"]");
  }

  @Test
  void sealsAgainWhenARowsIdsChange() {
    TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
    try (JdbcSessionStore store = ExternalStores.inForce(database)) {
      store.save(ExternalStores.session("1"));
      store.save(ExternalStores.session("1").toBuilder().sessionId("sess_again").build());
      assertThat(store.findBySessionId("sess_again")).isPresent();
    }
    assertThat(
            database.value(
                "select details->'changed' from session_activity where activity_type = 'session_updated'"))
        .isEqualTo("[\"session_id\", \"api_hash\"]");
  }

  @Test
  void editsWithoutTheHashLeaveItAsItIs() {
    TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
    try (JdbcSessionStore store = ExternalStores.inForce(database)) {
      store.edit(SessionEdit.of(ExternalStores.session("1")).build());
      String before = database.value("select md5(api_hash_encrypted) from user_sessions");
      store.edit(SessionEdit.of("1").phone(null).build());
      store.edit(SessionEdit.of("1").apiHash(Secret.of(Canary.API_HASH)).build());
      assertThat(database.value("select md5(api_hash_encrypted) || revision from user_sessions"))
          .isEqualTo(before + "2");
      assertThat(ExternalStores.load(store)).containsExactly("1");
    }
  }

  @Test
  void editsNameTheKeyThatWasTakenOutOfTheDatabaseMeanwhile() {
    TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
    try (JdbcSessionStore without = database.store();
        JdbcSessionStore view = without.actingAs("ops")) {
      without.save(ExternalStores.session("1"));
      ExternalStores.inForce(database).close();
      for (SessionEdit edit :
          List.of(
              SessionEdit.of(ExternalStores.session("2")).build(),
              SessionEdit.of("1").apiHash(Secret.of("another_made_up_hash")).build())) {
        assertThatThrownBy(() -> without.edit(edit)).isInstanceOf(MasterKeyMismatchException.class);
      }
      assertThatThrownBy(() -> view.save(ExternalStores.session("2")))
          .isInstanceOf(MasterKeyMismatchException.class)
          .hasMessageContaining(ExternalStores.FIRST.fingerprint());
    }
  }

  @Test
  void editsOfAnIdSealTheStoredHashAgain() {
    TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
    try (JdbcSessionStore store = ExternalStores.inForce(database)) {
      store.save(ExternalStores.session("1"));
      store.save(ExternalStores.session("2"));
      SaveResult<SessionSummary> moved =
          store.edit(SessionEdit.of("1").sessionId("sess_b").apiId(7).build());
      assertThat(moved.session().revision()).isEqualTo(2);
      assertThat(ExternalStores.load(store)).containsExactly("1", "2");
      assertThatThrownBy(() -> store.edit(SessionEdit.of("1").sessionId("sess_2").build()))
          .isInstanceOf(SessionConflictException.class);
      database.executeWithoutTriggers("update user_sessions set api_id = 9 where user_id = '1'");
      assertThatThrownBy(() -> store.edit(SessionEdit.of("1").sessionId("sess_c").build()))
          .isInstanceOf(UnreadableSessionException.class);
      store.edit(SessionEdit.of("1").apiHash(Secret.of(Canary.API_HASH)).build());
      assertThat(ExternalStores.load(store)).containsExactly("1", "2");
    }
    try (JdbcSessionStore none = ExternalStores.open(database, ExternalStores.SECOND)) {
      assertThatThrownBy(() -> none.edit(SessionEdit.of("1").phone("1").build()))
          .isInstanceOf(MasterKeyMismatchException.class);
    }
  }

  @Test
  void addsOneUserFromManyThreadsOnce() throws Exception {
    TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try (JdbcSessionStore store = ExternalStores.inForce(database)) {
      Callable<SaveResult<Session>> save = () -> store.save(ExternalStores.session("1"));
      int created = 0;
      for (Future<SaveResult<Session>> result :
          threads.invokeAll(IntStream.range(0, 16).mapToObj(i -> save).toList())) {
        if (result.get().created()) created++;
        assertThat(result.get().session().revision()).isEqualTo(1);
      }
      assertThat(created).isEqualTo(1);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void refusesAnotherKeyBeforeAnythingIsLoadedAndNamesBothFingerprints() {
    TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
    try (JdbcSessionStore store = ExternalStores.inForce(database)) {
      store.save(ExternalStores.session("1"));
    }
    try (JdbcSessionStore other = ExternalStores.open(database, ExternalStores.SECOND)) {
      assertThatThrownBy(() -> ExternalStores.load(other))
          .isInstanceOf(MasterKeyMismatchException.class)
          .hasMessageContaining(ExternalStores.FIRST.fingerprint())
          .hasMessageContaining(ExternalStores.SECOND.fingerprint())
          .hasMessageContaining("version 3");
      assertThatThrownBy(() -> other.save(ExternalStores.session("2")))
          .isInstanceOf(MasterKeyMismatchException.class);
    }
    try (JdbcSessionStore none = database.store()) {
      assertThatThrownBy(() -> none.findByUserId("1"))
          .isInstanceOf(MasterKeyMismatchException.class)
          .hasMessageContaining(ExternalStores.FIRST.fingerprint())
          .hasMessageContaining("ENCRYPTION_MASTER_KEY");
    }
  }

  @Test
  void refusesSqlThatWouldMakeASessionUnreadable() {
    TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
    try (JdbcSessionStore store = ExternalStores.inForce(database)) {
      store.save(ExternalStores.session("1"));
      String insert =
          "insert into user_sessions (user_id, session_id, api_id, api_hash_encrypted) values ('2', 'sess_2', 1, ";
      for (String key :
          List.of("(select master_key from encryption_keys where id = 1)", "'a made-up key'")) {
        assertThat(database.failure(insert + "pgp_sym_encrypt('made_up', " + key + "))"))
            .contains("key (version 3) is outside the database");
      }
      assertThat(database.failure("update user_sessions set session_id = 'sess_new'"))
          .contains("sealed to user_id, session_id and api_id");
      for (String change :
          List.of("master_key = 'YOUR_NEW_KEY'", "key_fingerprint = repeat('0', 32)")) {
        assertThat(database.failure("update encryption_keys set " + change + " where id = 1"))
            .contains("changed by the library alone");
      }
      database.execute("update user_sessions set key_version = 1, phone = '+10005550199'");
      assertThat(store.findByUserId("1").orElseThrow().phone()).isEqualTo("+10005550199");
    }
  }
}
