package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.Activity;
import io.vibee.session.ActivityQuery;
import io.vibee.session.KeyInUseException;
import io.vibee.session.KeyVersion;
import io.vibee.session.MisconfiguredException;
import io.vibee.session.NewKey;
import io.vibee.session.RotationProgress;
import io.vibee.session.Secret;
import io.vibee.session.Session;
import io.vibee.session.jdbc.testing.Canary;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys that the database holds, changed while it is in use. */
class KeyRotationTest {
  private static final int ROWS = 2_500;

  @ParameterizedTest
  @EnumSource
  void changesTheKeyAtOnceAndMovesTheSessionsInBatches(Postgres postgres) {
    TestDatabase database = withSessions(postgres, ROWS);
    try (JdbcSessionStore store = database.store()) {
      int before = store.keys().get(0).version();
      KeyVersion current = store.changeKey(NewKey.generated());
      assertThat(current.version()).isEqualTo(before + 1);
      assertThat(current.current()).isTrue();
      assertThat(current.external()).isFalse();
      assertThat(current.sessions()).as("none has moved yet").isZero();
      assertThat(store.save(TestSessions.session("new")).session().keyVersion())
          .as("new hashes")
          .isEqualTo(current.version());
      assertThat(readable(store)).isEqualTo(ROWS + 1);

      List<RotationProgress> seen = new ArrayList<>();
      RotationProgress end = store.rotate(seen::add);
      assertThat(seen)
          .hasSize(3)
          .extracting(RotationProgress::left)
          .containsExactly(1500L, 500L, 0L);
      assertThat(end.done()).isEqualTo(ROWS);
      assertThat(end.rate()).isPositive();
      assertThat(end.complete()).isTrue();
      assertThat(readable(store)).isEqualTo(ROWS + 1);
    }
    assertEverySessionHasTheCurrentKey(database);
    assertThat(database.query("select distinct revision from user_sessions")).containsExactly("1");
  }

  @Test
  void goesOnAfterItWasCancelled() {
    TestDatabase database = withSessions(Postgres.NEWEST, ROWS);
    try (JdbcSessionStore store = database.store()) {
      store.changeKey(NewKey.generated());
      RotationProgress cancelled = store.rotate(progress -> false);
      assertThat(cancelled.done()).isEqualTo(1_000);
      assertThat(cancelled.left()).isEqualTo(1_500);
      assertThat(cancelled.complete()).isFalse();
      assertThat(readable(store)).as("two keys in use").isEqualTo(ROWS);
    }
    try (JdbcSessionStore later = database.store()) {
      assertThat(later.rotate().done()).isEqualTo(1_500);
      assertThat(later.rotate().done()).as("nothing is left").isZero();
    }
    assertEverySessionHasTheCurrentKey(database);
  }

  @Test
  void sharesTheWorkAmongMany() throws Exception {
    TestDatabase database = withSessions(Postgres.NEWEST, 4 * ROWS);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (JdbcSessionStore store = database.store()) {
      store.changeKey(NewKey.generated());
      List<Future<RotationProgress>> work = new ArrayList<>();
      for (int i = 0; i < 4; i++) work.add(threads.submit(() -> store.rotate()));
      long done = 0;
      for (Future<RotationProgress> part : work) {
        assertThat(part.get().complete()).isTrue();
        done += part.get().done();
      }
      assertThat(done).as("each session is moved once").isEqualTo(4 * ROWS);
    } finally {
      threads.shutdownNow();
    }
    assertEverySessionHasTheCurrentKey(database);
  }

  @Test
  void followsToTheNewestWhenTheKeyIsChangedMidway() {
    TestDatabase database = withSessions(Postgres.NEWEST, ROWS);
    try (JdbcSessionStore store = database.store()) {
      store.changeKey(NewKey.generated());
      int[] batches = {0};
      RotationProgress end =
          store.rotate(
              progress -> {
                if (++batches[0] == 1) store.changeKey(NewKey.generated());
                return true;
              });
      assertThat(end.complete()).isTrue();
      assertThat(end.keyVersion()).isEqualTo(store.keys().get(0).version());
      assertThat(readable(store)).isEqualTo(ROWS);
    }
    assertEverySessionHasTheCurrentKey(database);
  }

  @Test
  void survivesTheGuidesUpdateMidway() {
    TestDatabase database = withSessions(Postgres.NEWEST, ROWS);
    try (JdbcSessionStore store = database.store()) {
      store.changeKey(NewKey.generated());
      store.rotate(progress -> false);
      database.changeKey(Canary.MASTER_KEY);
      assertEverySessionHasTheCurrentKey(database);
      assertThat(store.rotate().done()).isZero();
      assertThat(readable(store)).isEqualTo(ROWS);
    }
  }

  @Test
  void countsWhatCannotBeReadAndLeavesIt() {
    TestDatabase database = withSessions(Postgres.NEWEST, 5);
    database.executeWithoutTriggers(
        "update user_sessions set api_hash_encrypted = set_byte(api_hash_encrypted, 40, 255 - get_byte(api_hash_encrypted, 40)) where user_id = '3'");
    String damaged =
        database.value(
            "select api_hash_encrypted, key_version from user_sessions where user_id = '3'");
    try (JdbcSessionStore store = database.store()) {
      int old = store.keys().get(0).version();
      store.changeKey(NewKey.generated());
      RotationProgress end = store.rotate();
      assertThat(end.done()).isEqualTo(4);
      assertThat(end.left()).isEqualTo(1);
      assertThat(end.unreadable()).isEqualTo(1);
      assertThat(end.complete()).isTrue();
      assertThatThrownBy(() -> store.prune(old))
          .isInstanceOf(KeyInUseException.class)
          .hasMessageContaining("version " + old)
          .hasMessageContaining("1 sessions");
    }
    assertThat(
            database.value(
                "select api_hash_encrypted, key_version from user_sessions where user_id = '3'"))
        .isEqualTo(damaged);
  }

  @Test
  void listsKeysWithoutShowingThemAndPrunesWhatNobodyNeeds() {
    TestDatabase database = withSessions(Postgres.NEWEST, 3);
    try (JdbcSessionStore store = database.store()) {
      int old = store.keys().get(0).version();
      assertThatThrownBy(() -> store.prune(old))
          .isInstanceOf(KeyInUseException.class)
          .hasMessageContaining("current");
      store.changeKey(NewKey.inDatabase(Secret.of("made-up-passphrase-of-a-test")));
      assertThatThrownBy(() -> store.prune(old)).isInstanceOf(KeyInUseException.class);
      store.rotate();
      assertThat(store.keys().get(0).archivedAt()).isNull();
      assertThat(store.keys().get(1))
          .satisfies(
              key -> {
                assertThat(key.version()).isEqualTo(old);
                assertThat(key.archivedAt()).isNotNull();
                assertThat(key.sessions()).isZero();
              });
      assertThat(store.keys().toString()).doesNotContain("made-up-passphrase");
      assertThat(store.prune(old)).isTrue();
      assertThat(store.prune(old)).as("it is gone").isFalse();
      assertThat(store.keys()).extracting(KeyVersion::version).doesNotContain(old);
      assertThat(readable(store)).isEqualTo(3);
      assertThat(store.activity(ActivityQuery.latest(3)))
          .extracting(Activity::type)
          .containsExactly("key_pruned", "key_retired", "key_changed");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"  ", "CHANGE_ME_IN_PRODUCTION_USE_32_BYTE_KEY"})
  void refusesABadKeyAndChangesNothing(String key) {
    TestDatabase database = withSessions(Postgres.NEWEST, 1);
    try (JdbcSessionStore store = database.store()) {
      List<KeyVersion> before = store.keys();
      assertThatThrownBy(() -> store.changeKey(NewKey.inDatabase(Secret.of(key))))
          .isInstanceOf(RuntimeException.class)
          .hasMessageNotContaining("CHANGE_ME");
      assertThat(store.keys()).isEqualTo(before);
    }
  }

  @Test
  void refusesAnExternalKeyThatItDoesNotHave() {
    TestDatabase database = withSessions(Postgres.NEWEST, 1);
    try (JdbcSessionStore store = database.store()) {
      assertThatThrownBy(() -> store.changeKey(NewKey.external()))
          .isInstanceOf(MisconfiguredException.class)
          .hasMessageContaining("ENCRYPTION_MASTER_KEY_FILE");
    }
  }

  /** A role may default to another kind of transaction. */
  @Test
  void worksWhereTransactionsAreSerializableByDefault() {
    TestDatabase database = withSessions(Postgres.NEWEST, 3);
    database.execute(
        "alter database "
            + database.name()
            + " set default_transaction_isolation = 'serializable'");
    try (JdbcSessionStore store = database.store()) {
      store.changeKey(NewKey.generated());
      assertThat(store.rotate().done()).isEqualTo(3);
    }
    assertEverySessionHasTheCurrentKey(database);
  }

  private static TestDatabase withSessions(Postgres postgres, int rows) {
    TestDatabase database = TestDatabase.migrated(postgres);
    database.executeWith(
        Canary.API_HASH,
        """
        insert into user_sessions (user_id, session_id, api_id, api_hash_encrypted)
          select g, 'sess_' || g, 94892, session_hash_encrypt(current_setting('test.secret'),
                   (select master_key from encryption_keys where id = 1))
            from generate_series(1, %d) g
        """
            .formatted(rows));
    return database;
  }

  private static int readable(JdbcSessionStore store) {
    int[] count = {0};
    store.forEachActive(
        (Session session) -> {
          assertThat(session.apiHash()).isEqualTo(Secret.of(Canary.API_HASH));
          count[0]++;
        },
        unreadable -> {
          throw new AssertionError(unreadable.toString());
        });
    return count[0];
  }

  private static void assertEverySessionHasTheCurrentKey(TestDatabase database) {
    assertThat(
            database.value(
                """
                select count(*) from user_sessions
                 where key_version <> (select version from encryption_keys where id = 1)
                    or pgp_sym_decrypt(api_hash_encrypted, (select master_key from encryption_keys where id = 1)) is null
                """))
        .isEqualTo("0");
  }
}
