package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.MisconfiguredException;
import io.vibee.session.Secret;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The migration over the earlier schema, as installations have it. */
class AdoptionTest {
  private static final String READABLE =
      """
      select count(*) from user_sessions
       where pgp_sym_decrypt(api_hash_encrypted::bytea, (select master_key from encryption_keys where id = 1))
             = md5(id::text)
         and get_byte(api_hash_encrypted, 3) = 9
      """;

  private static TestDatabase earlier(Postgres postgres, int rows) {
    TestDatabase database = postgres.createDatabase();
    database.execute(TestDatabase.resource("earlier-schema.sql"));
    database.execute(
        """
        create extension pgcrypto;
        insert into user_sessions (user_id, session_id, api_id, api_hash_encrypted, phone, created_at)
          select 'u' || i, 's' || i, 5, pgp_sym_encrypt(md5(i::text), (select master_key from encryption_keys where id = 1)),
                 '+10005550123', '2024-01-31 12:00'
            from generate_series(1, %d) i;
        insert into session_activity (session_id, activity_type)
          select session_id, 'login' from user_sessions where id = 1
        """
            .formatted(rows));
    return database;
  }

  @ParameterizedTest
  @EnumSource
  void keepsThousandsOfRowsReadableAndMakesThemAes256(Postgres postgres) {
    TestDatabase database = earlier(postgres, 3000);
    database.migrate();
    database.migrate();
    assertThat(database.value(READABLE)).isEqualTo("3000");
    assertThat(database.value("select count(*) from user_sessions where revision = 1"))
        .isEqualTo("3000");
    int[] loaded = {0};
    try (JdbcSessionStore store = database.store()) {
      store.forEachActive(session -> loaded[0]++, unreadable -> {});
    }
    assertThat(loaded[0]).isEqualTo(3000);
  }

  @ParameterizedTest
  @EnumSource
  void replacesThePublishedKeyAndNotesIt(Postgres postgres) {
    TestDatabase database = earlier(postgres, 1);
    SessionMigrations.migrate(database.url());
    assertThat(
            database.value(
                "select session_key_is_random(master_key) from encryption_keys where id = 1"))
        .isEqualTo("t");
    assertThat(database.query("select activity_type from session_activity order by id"))
        .containsExactly("login", "key_changed", "key_replaced", "schema_adopted");
  }

  @ParameterizedTest
  @EnumSource
  void keepsAStrongKeyOfTheOperators(Postgres postgres) {
    TestDatabase database = earlier(postgres, 0);
    String key = "0f".repeat(8) + "1e2d3c4b5a69788796a5b4c3d2e1f00112233445566778899aabbccd";
    database.execute("update encryption_keys set master_key = '" + key.substring(0, 64) + "'");
    database.execute(
        """
        insert into user_sessions (user_id, session_id, api_id, api_hash_encrypted)
          values ('u1', 's1', 5, pgp_sym_encrypt(md5('1'), (select master_key from encryption_keys)))
        """);
    database.migrate();
    assertThat(database.value("select master_key from encryption_keys"))
        .isEqualTo(key.substring(0, 64));
    assertThat(database.value("select key_version from user_sessions")).isEqualTo("1");
    assertThat(database.value(READABLE)).isEqualTo("1");
  }

  @ParameterizedTest
  @EnumSource
  void keepsWhatItCannotReadAndSaysSo(Postgres postgres) {
    TestDatabase database = earlier(postgres, 4);
    database.execute("update user_sessions set api_hash_encrypted = '\\x0g' where id = 2");
    database.execute("update user_sessions set api_hash_encrypted = md5('4') where id = 4");
    database.migrate();
    assertThat(database.value(READABLE.replace("where pgp", "where id <> 2 and pgp")))
        .as("the hash that was stored in clear is encrypted too")
        .isEqualTo("3");
    assertThat(
            database.query(
                "select key_version, convert_from(api_hash_encrypted, 'UTF8') from user_sessions where id = 2"))
        .containsExactly("0|\\x0g");
    assertThat(
            database.query(
                "select session_id, user_id from session_activity where activity_type = 'error'"))
        .containsExactly("s2|u2");
  }

  /** What the earlier text column held in place of pgcrypto's bytes. */
  private static final String MESSAGE =
      "pgp_sym_encrypt(md5('1'), (select master_key from encryption_keys), 's2k-count=65536')";

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "OLDEST ; md5('1')",
        "OLDEST ; upper(md5('1'))",
        "OLDEST ; encode(" + MESSAGE + ", 'hex')",
        "NEWEST ; upper(encode(" + MESSAGE + ", 'hex'))",
        "OLDEST ; encode(" + MESSAGE + ", 'base64')",
        "NEWEST ; replace(encode(" + MESSAGE + ", 'base64'), chr(10), '')",
        "NEWEST ; armor(" + MESSAGE + ")",
        "OLDEST ; armor(" + MESSAGE + ")",
        "NEWEST ; md5('1')"
      })
  void adoptsAHashInClearAndAMessageInAnotherNotation(Postgres postgres, String stored) {
    TestDatabase database = earlier(postgres, 1);
    database.execute("update user_sessions set api_hash_encrypted = " + stored);
    database.migrate();
    database.migrate();
    String hash = "c4ca4238a0b923820dcc509a6f75849b";
    try (JdbcSessionStore store = database.store()) {
      assertThat(store.findByUserId("u1").orElseThrow().apiHash())
          .isIn(Secret.of(hash), Secret.of(hash.toUpperCase(Locale.ROOT)));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      value = {
        "OLDEST ; encode(pgp_sym_encrypt(md5('1'), 'a key that nobody here knows'), 'hex')",
        "NEWEST ; encode(pgp_sym_encrypt(md5('1'), 'a key that nobody here knows'), 'base64')",
        "NEWEST ; armor(pgp_sym_encrypt(md5('1'), 'a key that nobody here knows'))",
        "NEWEST ; 'gAAAAABmade-up_fernet0000000000000000000000000000000=='",
        "OLDEST ; 'vault:v1:bWFkZSB1cA=='",
        "NEWEST ; 'ENC(bWFkZSB1cCwgYW5kIG5vIGhhc2g=)'",
        "NEWEST ; quote_literal(md5('1'))",
        "NEWEST ; quote_ident('\"' || md5('1') || '\"')",
        "OLDEST ; md5('1') || chr(10)",
        "NEWEST ; 'client_api_hash'",
        "OLDEST ; md5('1') || md5('2')",
        "NEWEST ; encode(pgp_sym_encrypt(repeat('ab', 128), (select master_key from encryption_keys)), 'hex')",
        "OLDEST ; encode(pgp_sym_encrypt(repeat('ab', 128), (select master_key from encryption_keys)), 'base64')"
      })
  void marksWhatIsNoHashUnreadableAndLogsIt(Postgres postgres, String stored) {
    TestDatabase database = earlier(postgres, 2);
    database.execute("update user_sessions set api_hash_encrypted = " + stored + " where id = 1");
    String before = database.value("select api_hash_encrypted from user_sessions where id = 1");
    database.migrate();
    assertThat(database.value("select key_version from user_sessions where id = 1")).isEqualTo("0");
    assertThat(
            database.value(
                "select convert_from(api_hash_encrypted, 'UTF8') from user_sessions where id = 1"))
        .as("nothing is lost")
        .isEqualTo(before);
    assertThat(database.query("select user_id from session_activity where activity_type = 'error'"))
        .containsExactly("u1");
    List<String> unreadable = new ArrayList<>();
    List<String> readable = new ArrayList<>();
    try (JdbcSessionStore store = database.store()) {
      store.forEach(s -> readable.add(s.userId()), u -> unreadable.add(u.userId()));
    }
    assertThat(unreadable).containsExactly("u1");
    assertThat(readable).containsExactly("u2");
  }

  /** As varchar it would be given to whatever takes that, before what takes text. */
  @ParameterizedTest
  @EnumSource
  void makesTheKeyATextThatNoOverloadFitsBetter(Postgres postgres) {
    TestDatabase database = earlier(postgres, 1);
    database.execute("alter table encryption_keys alter column master_key type varchar(255)");
    database.migrate();
    assertThat(
            database.value(
                "select atttypid::regtype from pg_attribute"
                    + " where attrelid = 'encryption_keys'::regclass and attname = 'master_key'"))
        .isEqualTo("text");
    assertThat(database.value(READABLE)).isEqualTo("1");
    database.execute(
        "alter table encryption_keys drop column key_is_random;"
            + " drop trigger session_20_after on encryption_keys;"
            + " alter table encryption_keys alter column master_key type varchar(255)");
    database.migrate();
    database.execute("update encryption_keys set master_key = session_new_key() where id = 1");
    assertThat(database.value(READABLE)).as("and later on").isEqualTo("1");
    assertThat(database.value("select key_is_random from encryption_keys where id = 1"))
        .isEqualTo("t");
  }

  @ParameterizedTest
  @EnumSource
  void saysWhatStandsInTheWayAndChangesNothing(Postgres postgres) {
    TestDatabase database = earlier(postgres, 1);
    database.execute("create view report as select user_id, created_at from user_sessions");
    assertThat(database.failure(TestDatabase.migration()))
        .contains(
            "vibee-session: the earlier tables cannot be adopted",
            "public.report depends on column");
    assertThat(database.query("select 1 from pg_proc where proname = 'session_audit'")).isEmpty();
    database.execute(
        "drop view report; create view report as select api_hash_encrypted from user_sessions");
    assertThatThrownBy(() -> SessionMigrations.migrate(database.url()))
        .isInstanceOf(MisconfiguredException.class)
        .hasMessageContainingAll("public.report depends on column", "run this again");
    database.execute("drop view report");
    database.migrate();
    assertThat(database.value(READABLE)).isEqualTo("1");
  }

  @ParameterizedTest
  @EnumSource
  void takesRowOneForTheCurrentOfSeveralKeys(Postgres postgres) {
    TestDatabase database = earlier(postgres, 1);
    database.execute(
        """
        alter table encryption_keys drop constraint single_row;
        insert into encryption_keys (id, master_key) values
          (7, 'a key of former times, long enough'), (2147483647, 'another one of former times, long enough');
        insert into user_sessions (user_id, session_id, api_id, api_hash_encrypted)
          values ('u2', 's2', 5, pgp_sym_encrypt(md5('2'), 'a key of former times, long enough'))
        """);
    database.migrate();
    assertThat(database.value(READABLE)).isEqualTo("2");
    for (int change = 0; change < 9; change++) {
      database.execute("update encryption_keys set master_key = session_new_key() where id = 1");
    }
    assertThat(database.value(READABLE)).isEqualTo("2");
  }

  @ParameterizedTest
  @EnumSource
  void refusesTablesOfAnotherRoleUnlessItRunsAsThatRole(Postgres postgres) {
    TestDatabase database = earlier(postgres, 1);
    String role = database.name() + "_app";
    database.execute("create role " + role + " login; grant create on schema public to " + role);
    for (String table : List.of("user_sessions", "encryption_keys", "session_activity")) {
      database.execute("alter table " + table + " owner to " + role);
    }
    assertThat(database.failure(TestDatabase.migration()))
        .contains("belongs to role \"" + role + "\"");
    database.execute("set role " + role + ";\n" + TestDatabase.migration());
    assertThat(database.value(READABLE)).isEqualTo("1");
  }

  @ParameterizedTest
  @EnumSource
  void adoptsTimesFlagsAndKeys(Postgres postgres) {
    TestDatabase database = earlier(postgres, 2);
    database.execute("update user_sessions set is_active = null, target_chats = null where id = 2");
    database.migrate();
    assertThat(
            database.value(
                "select created_at = '2024-01-31 12:00Z' from user_sessions where id = 1"))
        .isEqualTo("t");
    assertThat(database.query("select is_active, target_chats from user_sessions order by id"))
        .containsExactly("t|[]", "f|[]");
    database.execute("delete from user_sessions where session_id = 's1'");
    assertThat(
            database.query(
                "select activity_type from session_activity where session_id = 's1' order by id"))
        .containsExactly("login", "session_deleted");
  }

  @ParameterizedTest
  @EnumSource
  void readsTimesInTheZoneThatIsNamed(Postgres postgres) {
    TestDatabase database = earlier(postgres, 1);
    database.execute(
        "set vibee.legacy_time_zone = 'Pacific/Chatham';\n" + TestDatabase.migration());
    assertThat(database.value("select created_at = '2024-01-31 12:00+13:45' from user_sessions"))
        .isEqualTo("t");
  }

  @ParameterizedTest
  @EnumSource
  void leavesTheSharedTriggerFunctionToItsOtherTables(Postgres postgres) {
    TestDatabase database = earlier(postgres, 1);
    String source = "select prosrc from pg_proc where proname = 'update_updated_at_column'";
    List<String> before = database.query(source);
    database.migrate();
    assertThat(database.query(source)).isEqualTo(before);
  }

  @ParameterizedTest
  @EnumSource
  void survivesTheEarlierFileBeingRunAgain(Postgres postgres) {
    TestDatabase database = earlier(postgres, 2);
    database.migrate();
    for (String statement : TestDatabase.resource("earlier-schema.sql").split(";\\s*\\n", -1)) {
      try {
        database.execute(statement);
      } catch (AssertionError e) {
        // psql runs on after "already exists".
      }
    }
    assertThat(database.value(READABLE)).isEqualTo("2");
    database.execute("update user_sessions set last_seen_at = now()");
    assertThat(database.value("select count(*) from user_sessions where revision = 1"))
        .isEqualTo("2");
  }
}
