package io.vibee.session.openpgp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.NewKey;
import io.vibee.session.Secret;
import io.vibee.session.UnreadableSession;
import io.vibee.session.UnreadableSession.Reason;
import io.vibee.session.UnreadableSessionException;
import io.vibee.session.jdbc.JdbcSessionStore;
import io.vibee.session.jdbc.testing.Canary;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Moves hashes around as somebody with rights on the tables but without the key. */
class TamperingTest {
  private static final MasterKey OTHER =
      MasterKey.of(Secret.of("0ddba110ddba110ddba110ddba110ddba110ddba110ddba110ddba110ddba110"));

  private TestDatabase database;

  @BeforeEach
  void addFiveSessions() {
    database = TestDatabase.migrated(Postgres.NEWEST);
    try (JdbcSessionStore store = ExternalStores.inForce(database)) {
      for (int i = 1; i <= 5; i++) store.save(ExternalStores.session("" + i));
    }
  }

  /** Plain SQL allows this, with all triggers in place. */
  @Test
  void refusesTwoHashesThatWereSwappedBySql() {
    database.execute(
        """
        update user_sessions a set api_hash_encrypted = b.api_hash_encrypted
          from user_sessions b where (a.user_id, b.user_id) in (('1', '2'), ('2', '1'))
        """);
    assertRefused("made for another row", "1", "2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "update user_sessions set api_hash_encrypted = (select api_hash_encrypted from user_sessions where user_id = '4') where user_id = '3' | another row",
        "update user_sessions set api_id = 1 where user_id = '3' | another row",
        "update user_sessions set session_id = 'sess_mine' where user_id = '3' | another row",
        "update user_sessions set user_id = '3b' where user_id = '3' | another row",
        "update user_sessions set key_version = 1 where user_id = '3' | retired",
        "update user_sessions set api_hash_encrypted = set_byte(api_hash_encrypted, 15, 201) where user_id = '3' | MDC",
        "update user_sessions set api_hash_encrypted = substr(api_hash_encrypted, 1, 60) where user_id = '3' | ",
        "update user_sessions set api_hash_encrypted = '' where user_id = '3' | ",
        "update user_sessions set api_hash_encrypted = set_byte(api_hash_encrypted, 70, 255 - get_byte(api_hash_encrypted, 70)) where user_id = '3' | changed",
        "update user_sessions set api_hash_encrypted = pgp_sym_encrypt('forged', 'guessed', 'cipher-algo=aes256') where user_id = '3' | ",
      })
  void refusesWhatWasDoneBehindTheTriggersBack(String sql, String problem) {
    database.executeWithoutTriggers(sql);
    assertRefused(problem == null ? "" : problem, sql.contains("'3b'") ? "3b" : "3");
  }

  /** The key version is archived, but its key is still held. */
  @Test
  void refusesAHashThatWasRolledBackToAnArchivedVersion() {
    database.execute("create table copy as select * from user_sessions");
    try (JdbcSessionStore store = ExternalStores.open(database, OTHER, ExternalStores.FIRST)) {
      store.changeKey(NewKey.external());
      store.rotate();
    }
    String rollBack =
        "update user_sessions s set api_hash_encrypted = c.api_hash_encrypted%s from copy c where c.id = s.id and s.user_id = '%s'";
    assertThat(database.failure(rollBack.formatted(", key_version = c.key_version", "1")))
        .as("with the triggers")
        .contains("the current one is");
    database.executeWithoutTriggers(rollBack.formatted(", key_version = c.key_version", "1"));
    database.executeWithoutTriggers(rollBack.formatted("", "2"));
    try (JdbcSessionStore store = ExternalStores.open(database, OTHER, ExternalStores.FIRST)) {
      assertRefused(store, "1", "2");
      assertThat(problems()).anyMatch(p -> p.contains("retired"));
      assertThat(problems()).anyMatch(p -> p.contains("key version"));
      assertThat(store.rotate().unreadable()).as("nor does a rotation take it over").isEqualTo(1);
      assertRefused(store, "1", "2");
    }
  }

  /** Whoever can write to the table of keys can add one, which must not apply to old rows. */
  @Test
  void refusesAHashUnderADatabaseKeyThatWasRetired() {
    database.executeWithoutTriggers(
        """
        update user_sessions set key_version = 2, api_hash_encrypted =
               session_hash_encrypt('forged', (select master_key from encryption_keys where version = 2))
         where user_id = '5'
        """);
    assertRefused("retired", "5");
  }

  @Test
  void auditsEachFindingOncePerStore() {
    database.executeWithoutTriggers("update user_sessions set api_id = 1 where user_id = '3'");
    try (JdbcSessionStore store = open()) {
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> store.findByUserId("3"))
            .isInstanceOf(UnreadableSessionException.class);
      }
    }
    assertThat(problems()).hasSize(1);
  }

  @Test
  void loadsTheOthersWhereTheRoleMayNotAddToTheLog() {
    database.execute(
        """
        create role only_reads_%1$s login;
        grant select on user_sessions, encryption_keys, session_schema_version to only_reads_%1$s
        """
            .formatted(database.name()));
    database.executeWithoutTriggers("update user_sessions set api_id = 1 where user_id = '3'");
    String url = database.url("only_reads_" + database.name());
    try (JdbcSessionStore store =
        JdbcSessionStore.open(url, OpenPgpSealer.of(KeyProvider.of(ExternalStores.FIRST)))) {
      assertThat(refused(store)).extracting(UnreadableSession::userId).containsExactly("3");
    }
    assertThat(problems()).isEmpty();
  }

  @Test
  void reportsAgainWhatCouldNotBeWrittenToTheLog() {
    database.executeWithoutTriggers("update user_sessions set api_id = 1 where user_id = '3'");
    try (JdbcSessionStore store = open()) {
      database.execute("alter table session_activity rename to away");
      assertThat(refused(store)).hasSize(1);
      database.execute("alter table away rename to session_activity");
      assertThat(refused(store)).hasSize(1);
    }
    assertThat(problems()).hasSize(1);
  }

  @Test
  void doesNotFetchAHugeMessage() {
    assertThat(
            database.failure(
                "update user_sessions set api_hash_encrypted = api_hash_encrypted || decode(repeat('00', 2000), 'hex') where user_id = '3'"))
        .contains("outside the database");
    database.executeWithoutTriggers(
        "update user_sessions set api_hash_encrypted = api_hash_encrypted || decode(repeat('00', 50000000), 'hex') where user_id = '3'");
    assertRefused("longer than 2,048 bytes", "3");
  }

  @Test
  void takesAHashThatWasStoredAgain() {
    database.executeWithoutTriggers("update user_sessions set api_id = 1 where user_id = '3'");
    try (JdbcSessionStore store = open()) {
      assertThat(refused(store)).hasSize(1);
      store.save(ExternalStores.session("3"));
      assertThat(ExternalStores.load(store)).hasSize(5);
    }
  }

  private void assertRefused(String problem, String... users) {
    try (JdbcSessionStore store = open()) {
      assertRefused(store, users);
    }
    assertThat(problems()).hasSize(users.length).allMatch(found -> found.contains(problem));
  }

  private static void assertRefused(JdbcSessionStore store, String... users) {
    List<UnreadableSession> refused = refused(store);
    assertThat(refused).extracting(UnreadableSession::userId).containsExactlyInAnyOrder(users);
    assertThat(refused).extracting(UnreadableSession::reason).containsOnly(Reason.TAMPERED);
    for (String user : users) {
      assertThatThrownBy(() -> store.findByUserId(user))
          .isInstanceOf(UnreadableSessionException.class);
    }
  }

  private static List<UnreadableSession> refused(JdbcSessionStore store) {
    List<UnreadableSession> refused = new ArrayList<>();
    int[] readable = {0};
    store.forEachActive(
        session -> {
          assertThat(session.apiHash()).isEqualTo(Secret.of(Canary.API_HASH));
          readable[0]++;
        },
        refused::add);
    assertThat(readable[0] + refused.size()).as("all others load").isEqualTo(5);
    return refused;
  }

  private List<String> problems() {
    return database.query(
        "select details->>'problem' from session_activity where activity_type = 'tampering_detected'");
  }

  private JdbcSessionStore open() {
    return ExternalStores.open(database, ExternalStores.FIRST);
  }
}
