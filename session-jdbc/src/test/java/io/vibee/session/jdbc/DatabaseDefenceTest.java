package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.jdbc.testing.Canary;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.Processes;
import io.vibee.session.jdbc.testing.TestDatabase;
import io.vibee.session.jdbc.testing.Tools;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How the triggers treat rows that are written by hand. */
class DatabaseDefenceTest {
  private static final String KEY = "(select master_key from encryption_keys where id = 1)";
  private static final String PLAIN =
      "select pgp_sym_decrypt(api_hash_encrypted, " + KEY + ") from user_sessions";

  private final TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);

  private static String insert(String hash) {
    return "insert into user_sessions (user_id, session_id, api_id, api_hash_encrypted) values ('1', 's', 1, "
        + hash
        + ")";
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cipher-algo=bf",
        "cipher-algo=aes128",
        "cipher-algo=aes192",
        "cipher-algo=aes256",
        "s2k-mode=0",
        "s2k-mode=1",
        "s2k-mode=3, s2k-count=1048576",
        "compress-algo=1",
        "compress-algo=2",
        "s2k-digest-algo=md5",
        "convert-crlf=1",
        "unicode-mode=1"
      })
  void makesEveryCipherAes256(String options) {
    database.execute(insert("pgp_sym_encrypt('made_up', " + KEY + ", '" + options + "')"));
    assertThat(database.value(PLAIN)).isEqualTo("made_up");
    assertThat(
            database.value("select session_hash_is_sealed(api_hash_encrypted) from user_sessions"))
        .isEqualTo("t");
    assertThat(database.value("select get_byte(api_hash_encrypted, 4) from user_sessions"))
        .as("salted, not iterated, since the key is random")
        .isEqualTo("1");
  }

  @ParameterizedTest
  @EnumSource(Postgres.class)
  void saysWhyItRefusesWhatPgcryptoOpens(Postgres postgres, @TempDir Path folder) throws Exception {
    TestDatabase database = TestDatabase.migrated(postgres);
    String message = "'\\x" + encryptedByGpg(folder) + "'::bytea";
    assertThat(database.value("select pgp_sym_decrypt(" + message + ", " + KEY + ")"))
        .isEqualTo("made_up");
    assertThat(database.failure(insert(message)))
        .contains("is an OpenPGP message of another form than pgp_sym_encrypt writes, as gpg");
    assertThat(database.failure(insert("pgp_sym_encrypt('x', 'another key')")))
        .contains("cannot be decrypted with any known key");
  }

  /** Encrypts with the database's key, in the form that old programs read too. */
  private static String encryptedByGpg(Path folder) throws Exception {
    String gpg = Tools.require("gpg");
    Path clear = Files.writeString(folder.resolve("clear"), "made_up");
    Path sealed = folder.resolve("sealed");
    List<String> command =
        List.of(
            gpg,
            "--homedir",
            folder.toString(),
            "--batch",
            "--pinentry-mode=loopback",
            "--passphrase=" + Canary.MASTER_KEY,
            "--cipher-algo=AES256",
            "--s2k-count=65536",
            "--compress-algo=none",
            "--textmode",
            "--output=" + sealed,
            "--symmetric",
            clear.toString());
    Process process = Processes.of(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    Processes.of("gpgconf", "--homedir", folder.toString(), "--kill", "all").start().waitFor();
    return HexFormat.of().formatHex(Files.readAllBytes(sealed));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                                                  | is empty",
        "'garbage'                                           | is no OpenPGP message",
        "decode(repeat('c3', 4097), 'hex')                   | is longer than pgp_sym_encrypt makes",
        "pgp_sym_encrypt('x', KEY, 's2k-mode=3, s2k-count=65011712') | a megabyte of key stretching",
        "pgp_sym_encrypt('x', KEY, 'disable-mdc=1')          | of another form",
      },
      quoteCharacter = '"')
  void saysWhatIsNotOfTheFormThatItTakes(String hash, String reason) {
    assertThat(database.failure(insert(hash.replace("KEY", KEY)))).contains(reason);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'garbage'",
        "''",
        "pgp_sym_encrypt('x', 'another key')",
        "pgp_sym_encrypt('', (select master_key from encryption_keys where id = 1))",
        "pgp_sym_encrypt('x', (select master_key from encryption_keys where id = 77))",
        "pgp_sym_encrypt('x', (select master_key from encryption_keys where id = 1), 'disable-mdc=1')",
        "pgp_sym_encrypt('x', (select master_key from encryption_keys where id = 1), 's2k-mode=3, s2k-count=65011712')",
        "pgp_sym_encrypt('x', (select master_key from encryption_keys where id = 1), 'sess-key=1')",
        "pgp_sym_encrypt_bytea('x', (select master_key from encryption_keys where id = 1))"
      })
  void refusesWhatNoKeyOpensOrNoIntegrityProtects(String hash) {
    String failure = database.failure(insert(hash));
    assertThat(failure).startsWith("ERROR: vibee-session: ");
    assertThat(failure).contains("api_hash_encrypted of user \"1\"");
    assertThat(Canary.in(failure)).isEmpty();
    assertThat(database.value("select count(*) from user_sessions")).isEqualTo("0");
  }

  @Test
  void keepsTheStretchingOfAPassphrase() {
    database.execute("update encryption_keys set master_key = 'YOUR_NEW_KEY' where id = 1");
    database.execute(insert("pgp_sym_encrypt('made_up', 'YOUR_NEW_KEY')"));
    assertThat(database.value("select get_byte(api_hash_encrypted, 14) >= 96 from user_sessions"))
        .isEqualTo("t");
    assertThat(database.value(PLAIN)).isEqualTo("made_up");
  }

  @Test
  void letsAWriterLandWhoReadTheOldKeyAMomentAgo() {
    database.execute(
        "create table read_before as select master_key from encryption_keys where id = 1");
    database.execute("update encryption_keys set master_key = 'YOUR_NEW_KEY' where id = 1");
    database.execute(insert("pgp_sym_encrypt('made_up', (select master_key from read_before))"));
    assertThat(database.value(PLAIN)).isEqualTo("made_up");
  }

  @Test
  void auditsEveryWayOfWriting() {
    database.insertByGuide("1", "sess_1");
    database.execute("update user_sessions set phone = '+1', is_authorized = true");
    database.execute("update user_sessions set last_seen_at = now()");
    database.execute(
        "update user_sessions set revision = 50, updated_at = '2000-01-01', key_version = 7");
    database.execute("update user_sessions set is_active = false");
    database.execute("delete from user_sessions");
    assertThat(
            database.query(
                "select activity_type, details -> 'changed' from session_activity where session_id <> '*' order by id"))
        .containsExactly(
            "session_created|null",
            "session_updated|[\"phone\", \"is_authorized\"]",
            "session_deactivated|[\"is_active\"]",
            "session_deleted|null");
  }

  @Test
  void keepsTheLogFromBeingRewritten() {
    database.insertByGuide("1", "sess_1");
    for (String statement :
        List.of(
            "update session_activity set activity_type = 'x'",
            "delete from session_activity",
            "delete from session_activity where false",
            "truncate session_activity",
            "truncate user_sessions")) {
      assertThat(database.failure(statement)).contains("is not allowed");
    }
  }

  @Test
  void guardsTheKeys() {
    database.insertByGuide("1", "sess_1");
    database.execute(
        "update encryption_keys set master_key = 'a second key of some length' where id = 1");
    database.executeWithoutTriggers("update user_sessions set key_version = 2");
    for (String statement :
        List.of(
            "update encryption_keys set master_key = 'x'",
            "update encryption_keys set master_key = 'x' where id <> 1",
            "update encryption_keys set master_key = null where id = 1",
            "update encryption_keys set master_key = '  ' where id = 1",
            "update encryption_keys set master_key = 'CHANGE_ME_IN_PRODUCTION_USE_32_BYTE_KEY' where id = 1",
            "insert into encryption_keys (id, master_key) values (9, 'x')",
            "delete from encryption_keys where id = 1",
            "delete from encryption_keys where version = 2",
            "truncate encryption_keys")) {
      assertThat(database.failure(statement)).as(statement).contains("vibee-session: ");
    }
    database.execute("delete from encryption_keys where version = 1");
    assertThat(
            database.value(
                "select details ->> 'version' from session_activity where activity_type = 'key_pruned'"))
        .isEqualTo("1");
  }

  @Test
  void findsItsWayBackWhenALostKeyIsPutBack() {
    database.insertByGuide("1", "sess_1");
    database.executeWithoutTriggers("delete from encryption_keys");
    database.executeWith(
        Canary.MASTER_KEY,
        "insert into encryption_keys (id, master_key) values (1, current_setting('test.secret'))");
    try (JdbcSessionStore store = database.store()) {
      assertThat(store.findByUserId("1")).isPresent();
    }
    database.executeWithoutTriggers("delete from encryption_keys");
    database.execute("insert into encryption_keys (id, master_key) values (1, 'not the key')");
    try (JdbcSessionStore store = database.store()) {
      int[] unreadable = {0};
      store.forEachActive(session -> {}, session -> unreadable[0]++);
      assertThat(unreadable[0]).as("another key never poses as the lost one").isOne();
    }
  }

  @Test
  void acceptsTheKeyChangeAsAnUpsert() {
    database.insertByGuide("1", "sess_1");
    database.execute(
        "insert into encryption_keys (id, master_key) values (1, 'YOUR_NEW_KEY') on conflict (id) do update set master_key = excluded.master_key");
    assertThat(database.value("select master_key from encryption_keys where id = 1"))
        .isEqualTo("YOUR_NEW_KEY");
    assertThat(database.value(PLAIN).equals(Canary.API_HASH)).isTrue();
  }

  @Test
  void carriesUnreadableRowsOverAKeyChangeAsTheyAre() {
    database.insertByGuide("1", "sess_1");
    database.insertByGuide("2", "sess_2");
    database.executeWithoutTriggers(
        "update user_sessions set api_hash_encrypted = 'garbage' where user_id = '2'");
    database.execute("update encryption_keys set master_key = 'YOUR_NEW_KEY' where id = 1");
    assertThat(
            database.query(
                "select user_id, key_version = (select version from encryption_keys where id = 1) from user_sessions order by id"))
        .containsExactly("1|t", "2|f");
    assertThat(
            database.value(
                "select convert_from(api_hash_encrypted, 'UTF8') from user_sessions where user_id = '2'"))
        .isEqualTo("garbage");
  }

  @ParameterizedTest
  @EnumSource
  void servesARoleThatMayOnlyWriteSessions(Postgres postgres) {
    TestDatabase other = TestDatabase.migrated(postgres);
    String role = other.name() + "_writer";
    other.execute("create role " + role + " login");
    other.execute(
        "grant select, insert, update, delete on user_sessions to %1$s; grant usage on sequence user_sessions_id_seq to %1$s; grant select on encryption_keys, session_schema_version to %1$s; grant select, insert on session_activity to %1$s; grant usage on sequence session_activity_id_seq to %1$s"
            .formatted(role));
    try (JdbcSessionStore store = JdbcSessionStore.open(other.url(role))) {
      TestSessions.saveAndLoad(store);
      store.recordActivity("sess_100200300", "login", java.util.Map.of());
      store.delete("sess_100200300");
    }
    assertThat(
            other.query(
                "select details ->> 'by' from session_activity where activity_type = 'session_created'"))
        .containsExactly(role);
  }
}
