package io.vibee.session.openpgp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.KeyInUseException;
import io.vibee.session.KeyVersion;
import io.vibee.session.MasterKeyMismatchException;
import io.vibee.session.NewKey;
import io.vibee.session.RotationProgress;
import io.vibee.session.Session;
import io.vibee.session.UnreadableSession.Reason;
import io.vibee.session.UnreadableSessionException;
import io.vibee.session.jdbc.JdbcSessionStore;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rotates from a key in the database to one outside it, to another one there, and back. */
class ExternalKeyRotationTest {

  @ParameterizedTest
  @EnumSource
  void movesOutOfTheDatabaseToAnotherKeyAndBack(Postgres postgres) {
    TestDatabase database = TestDatabase.migrated(postgres);
    for (int i = 1; i <= 5; i++) database.insertByGuide("" + i, "sess_" + i);
    try (JdbcSessionStore store = ExternalStores.open(database, ExternalStores.FIRST)) {
      int inDatabase = store.keys().get(0).version();
      KeyVersion first = store.changeKey(NewKey.external());
      assertThat(first.fingerprint()).isEqualTo(ExternalStores.FIRST.fingerprint());
      assertThat(ExternalStores.load(store)).as("with both keys in use").hasSize(5);
      store.save(ExternalStores.session("6"));
      assertMoves(store.rotate(), 5);
      assertThat(store.changeKey(NewKey.external())).as("again").isEqualTo(store.keys().get(0));
      assertThat(store.prune(inDatabase)).isTrue();
    }
    try (JdbcSessionStore store =
        ExternalStores.open(database, ExternalStores.SECOND, ExternalStores.FIRST)) {
      assertThat(store.changeKey(NewKey.external()).fingerprint())
          .isEqualTo(ExternalStores.SECOND.fingerprint());
      assertMoves(store.rotate(), 6);
      assertThat(ExternalStores.load(store)).hasSize(6);
      store.changeKey(NewKey.generated());
      int second = store.keys().get(1).version();
      assertThatThrownBy(() -> store.prune(second)).isInstanceOf(KeyInUseException.class);
      assertMoves(store.rotate(), 6);
      assertThat(store.prune(second)).isTrue();
    }
    try (JdbcSessionStore store = database.store()) {
      assertThat(ExternalStores.load(store)).as("without any key of its own").hasSize(6);
    }
    assertThat(database.query("select distinct revision from user_sessions")).containsExactly("1");
  }

  /** An earlier row may hold what the library would not store. */
  @Test
  void leavesAHashThatIsTooLongAndMovesTheOthers() {
    TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
    database.insertByGuide("1", "sess_1");
    database.insertByGuide("2", "sess_2");
    database.executeWithoutTriggers(
        "update user_sessions set api_hash_encrypted = session_hash_encrypt(repeat('x', 256), (select master_key from encryption_keys where id = 1)) where user_id = '1'");
    assertThat(
            database.failure(
                "update user_sessions set api_hash_encrypted = pgp_sym_encrypt(repeat('y', 256), (select master_key from encryption_keys where id = 1)) where user_id = '2'"))
        .contains("longer than 255 characters");
    try (JdbcSessionStore store = ExternalStores.open(database, ExternalStores.FIRST)) {
      store.changeKey(NewKey.external());
      RotationProgress end = store.rotate();
      assertThat(end.done()).isEqualTo(1);
      assertThat(end.unreadable()).isEqualTo(1);
    }
  }

  @Test
  void isNotCompleteWhileAKeyIsMissing() {
    TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
    try (JdbcSessionStore store = ExternalStores.inForce(database)) {
      store.save(ExternalStores.session("1"));
      store.changeKey(NewKey.generated());
    }
    try (JdbcSessionStore without = database.store()) {
      RotationProgress end = without.rotate();
      assertThat(end.done()).isZero();
      assertThat(end.left()).isEqualTo(1);
      assertThat(end.complete()).isFalse();
    }
  }

  @Test
  void savingDuringARotationDoesNotCountAsAChangedHash() {
    TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
    database.insertByGuide("1", "sess_1");
    try (JdbcSessionStore store = ExternalStores.open(database, ExternalStores.FIRST)) {
      store.changeKey(NewKey.external());
      assertThat(store.save(ExternalStores.session("1")).session().revision()).isEqualTo(1);
      Session renamed = ExternalStores.session("1").toBuilder().username("renamed").build();
      assertThat(store.save(renamed).session().revision()).isEqualTo(2);
      assertMoves(store.rotate(), 1);
      store.changeKey(NewKey.generated());
      assertThat(store.save(renamed).session().revision()).as("and on the way back").isEqualTo(2);
      assertThat(ExternalStores.load(store)).containsExactly("1");
    }
  }

  /** Such an agent started before the key was changed, and holds only the old one. */
  @Test
  void agentsWithOlderKeysKeepWorkingOrNameTheVersionThatTheyLack() {
    TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
    try (JdbcSessionStore old = ExternalStores.inForce(database);
        JdbcSessionStore rotating =
            ExternalStores.open(database, ExternalStores.SECOND, ExternalStores.FIRST)) {
      old.save(ExternalStores.session("1"));
      old.save(ExternalStores.session("2"));
      int version = rotating.changeKey(NewKey.external()).version();
      assertThat(ExternalStores.load(old)).as("nothing has moved").containsExactly("1", "2");
      assertLacks(old, version);
      rotating.rotate();
      assertCannotRead(old, version);
      assertThat(old.touch(List.of("sess_1", "sess_2"))).as("heartbeats go on").isEqualTo(2);
    }
  }

  /** Such a store was in use before the key was taken out of the database. */
  @Test
  void storesWithoutKeysNameTheVersionThatTheyLack() {
    TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
    try (JdbcSessionStore without = database.store();
        JdbcSessionStore rotating = ExternalStores.open(database, ExternalStores.FIRST)) {
      without.save(ExternalStores.session("1"));
      int version = rotating.changeKey(NewKey.external()).version();
      assertThat(ExternalStores.load(without)).containsExactly("1");
      assertLacks(without, version);
      rotating.rotate();
      assertCannotRead(without, version);
    }
  }

  private static void assertLacks(JdbcSessionStore store, int version) {
    assertThatThrownBy(() -> store.save(ExternalStores.session("new")))
        .isInstanceOf(MasterKeyMismatchException.class)
        .hasMessageContaining("version " + version);
  }

  private static void assertCannotRead(JdbcSessionStore store, int version) {
    assertThatThrownBy(() -> store.findByUserId("1"))
        .isInstanceOf(UnreadableSessionException.class)
        .hasMessageContaining("key version " + version)
        .extracting(e -> ((UnreadableSessionException) e).session().reason())
        .isEqualTo(Reason.KEY_MISSING);
  }

  private static void assertMoves(RotationProgress progress, int sessions) {
    assertThat(progress.done()).isEqualTo(sessions);
    assertThat(progress.complete()).isTrue();
  }
}
