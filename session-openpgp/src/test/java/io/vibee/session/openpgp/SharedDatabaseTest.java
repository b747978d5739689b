package io.vibee.session.openpgp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.Activity;
import io.vibee.session.ActivityQuery;
import io.vibee.session.MisconfiguredException;
import io.vibee.session.NewKey;
import io.vibee.session.Session;
import io.vibee.session.SessionEdit;
import io.vibee.session.SessionQuery;
import io.vibee.session.SessionReport;
import io.vibee.session.jdbc.JdbcSessionStore;
import io.vibee.session.jdbc.testing.PgBouncer;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Shares a database with others, who leave behind and plant objects that the store must not take
 * for its own.
 */
class SharedDatabaseTest {
  private static final Pattern SQL = Pattern.compile("(?ms)^```sql\\n(.*?)^```");

  private static final String PLANTED =
      """
      create temp table encryption_keys as select * from public.encryption_keys;
      update pg_temp.encryption_keys set key_fingerprint = null, master_key = 'planted', key_is_random = false;
      create temp table user_sessions as select * from public.user_sessions;
      insert into pg_temp.user_sessions (id, user_id, session_id, api_id, is_active, is_authorized,
          digital_twin_enabled, auto_reply_enabled, target_chats, created_at, updated_at, revision, key_version,
          api_hash_encrypted)
        values (99, 'planted', 'sess_planted', 1, true, true, true, true, '[]', now(), now(), 1, 1,
          pgp_sym_encrypt('planted', 'planted'));
      create temp view session_schema_version as select 999 as version;
      create temp view session_activity as
        select 1::bigint as id, 'planted'::text as session_id, 'planted'::text as user_id, 'planted'::text as activity_type,
               null::jsonb as details, now() as created_at;
      create function pg_temp.session_hash_decrypt(bytea, text) returns text language sql as 'select ''planted''';
      create function pg_temp.session_hash_is_sealed(bytea) returns boolean language sql as 'select true';
      create function pg_temp.session_hash_encrypt(text, text) returns bytea language sql as 'select null::bytea';
      create schema if not exists evil;
      set vibee.actor = 'planted';
      set vibee.key_change = 'online';
      set search_path = evil, public
      """;

  private static void plant(PgBouncer bouncer) throws SQLException {
    try (Connection client =
            DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:"
                    + bouncer.port()
                    + "/"
                    + bouncer.database().name()
                    + "?user=postgres&prepareThreshold=0");
        Statement statement = client.createStatement()) {
      statement.execute(PLANTED);
    }
  }

  private static List<String> users(JdbcSessionStore store) {
    List<String> users = new ArrayList<>();
    store.forEachActive(
        session -> {
          assertThat(session.apiHash())
              .isEqualTo(ExternalStores.session(session.userId()).apiHash());
          users.add(session.userId());
        },
        unreadable -> users.add(unreadable.toString()));
    return users;
  }

  private static void use(TestDatabase database, JdbcSessionStore store) {
    assertThat(users(store)).containsExactly("1");
    Session saved = store.save(ExternalStores.session("2")).session();
    assertThat(store.findByUserId("2")).contains(saved);
    assertThat(store.findByUserId("planted")).isEmpty();
    assertThat(store.touch(List.of("sess_1", "sess_2", "sess_planted"))).isEqualTo(2);
    assertThat(users(store)).containsExactly("1", "2");
    assertThat(store.activity(ActivityQuery.latest(10)))
        .isNotEmpty()
        .noneMatch(entry -> entry.toString().contains("planted"));
    assertThat(database.value("select count(*) from user_sessions where last_seen_at is not null"))
        .isEqualTo("2");
  }

  @ParameterizedTest
  @EnumSource
  void takesNothingForOursThatAnotherClientOfAPoolerLeft(Postgres postgres, @TempDir Path folder)
      throws Exception {
    TestDatabase database = TestDatabase.migrated(postgres);
    database.insertByGuide("1", "sess_1");
    try (PgBouncer bouncer = PgBouncer.start(database, "transaction", 1, folder)) {
      plant(bouncer);
      try (JdbcSessionStore store = JdbcSessionStore.open(bouncer.url())) {
        use(database, store);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void sealsNothingWithAKeyThatAnotherClientOfAPoolerLeft(Postgres postgres, @TempDir Path folder)
      throws Exception {
    TestDatabase database = TestDatabase.migrated(postgres);
    try (JdbcSessionStore store = ExternalStores.inForce(database)) {
      store.save(ExternalStores.session("1"));
    }
    try (PgBouncer bouncer = PgBouncer.start(database, "transaction", 1, folder)) {
      plant(bouncer);
      try (JdbcSessionStore store =
          JdbcSessionStore.open(
              bouncer.url(), OpenPgpSealer.of(KeyProvider.of(ExternalStores.FIRST)))) {
        use(database, store);
      }
    }
    try (JdbcSessionStore store = ExternalStores.open(database, ExternalStores.FIRST)) {
      assertThat(ExternalStores.load(store)).containsExactly("1", "2");
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusesTheTablesOfTwoOwners(Postgres postgres) {
    TestDatabase database = TestDatabase.migrated(postgres);
    database.insertByGuide("1", "sess_1");
    String role = database.name() + "_evil";
    database.execute(
        """
        create role %1$s login;
        create schema "%1$s" authorization %1$s;
        set role %1$s;
        create table "%1$s".session_schema_version as select 4 as version;
        create table "%1$s".user_sessions (id bigint);
        create table "%1$s".encryption_keys (id bigint);
        create table "%1$s".session_activity (id bigint)
        """
            .formatted(role));
    for (String path : List.of(role + ", public", "public, " + role)) {
      database.execute("alter database %s set search_path = %s".formatted(database.name(), path));
      try (JdbcSessionStore store = JdbcSessionStore.open(database.url())) {
        assertThatThrownBy(() -> store.findByUserId("1"))
            .isInstanceOf(MisconfiguredException.class)
            .hasMessageContainingAll(role, "\"public\"", "\"postgres\"", "search_path");
      }
    }
    database.execute("alter database %s set search_path = public".formatted(database.name()));
    try (JdbcSessionStore store = JdbcSessionStore.open(database.url())) {
      assertThat(store.findByUserId("1")).isPresent();
    }
  }

  /** Creates the roles of the guide, and one that may create objects beside the tables. */
  private static void plantTraps(TestDatabase database, String prefix) throws IOException {
    String guide = Files.readString(Path.of("..", "docs", "security.md"));
    String roles =
        guide.substring(guide.indexOf("## Roles and grants"), guide.indexOf("## The log"));
    List<String> blocks =
        SQL.matcher(roles).results().map(m -> m.group(1).replace("vibee_", prefix)).toList();
    blocks.stream().limit(blocks.size() - 1).forEach(database::execute);
    database.execute(
        """
        create table public.trapped (what text);
        grant insert on public.trapped to public;
        create role %1$sevil; grant create on schema public to %1$sevil; set role %1$sevil;
        """
                .formatted(prefix)
            + traps());
  }

  private static String traps() {
    StringBuilder sql = new StringBuilder();
    List<String> types =
        List.of("varchar", "integer", "bigint", "boolean", "text", "bytea", "timestamptz");
    for (String left : types) {
      for (String right : types) {
        sql.append(
            """
            create function public.trap(%1$s, %2$s) returns boolean language plpgsql as
              $$ begin insert into public.trapped values ('operator %1$s %2$s'); return true; end $$;
            """
                .formatted(left, right));
        for (String operator : List.of("=", "<>", "<", "<=", ">", ">=")) {
          sql.append(
              "create operator public.%s (leftarg = %s, rightarg = %s, function = public.trap);\n"
                  .formatted(operator, left, right));
        }
      }
    }
    for (String function :
        List.of(
            "session_hash_encrypt(varchar, text) returns bytea",
            "session_hash_encrypt(varchar, varchar) returns bytea",
            "session_hash_encrypt(text, varchar) returns bytea",
            "session_hash_is_sealed(text) returns boolean",
            "session_hash_decrypt(bytea, varchar) returns text",
            "session_hash_try_decrypt(bytea, varchar) returns text",
            "session_new_key(integer default 0) returns text",
            "session_follow_key(bigint, bigint, boolean) returns integer",
            "session_follow_key(bigint[], bytea[], varchar[], integer) returns integer",
            "now() returns timestamptz",
            "octet_length(bytea) returns integer",
            "unnest(varchar[]) returns varchar",
            "set_config(varchar, varchar, boolean) returns text",
            "div(numeric, numeric) returns numeric",
            "max(integer) returns integer")) {
      String name = function.substring(0, function.indexOf('('));
      sql.append(
          """
          create function public.%s language plpgsql as
            $$ begin insert into public.trapped values ('%s'); return null; end $$;
          """
              .formatted(function, name));
    }
    return sql.toString();
  }

  @ParameterizedTest
  @EnumSource
  void callsNothingThatWasPlantedBesideTheTables(Postgres postgres) throws IOException {
    TestDatabase database = TestDatabase.fresh(postgres);
    database.insertByGuide("1", "sess_1");
    String prefix = database.name() + "_";
    plantTraps(database, prefix);
    try (JdbcSessionStore rotate = store(database, prefix + "rotate");
        JdbcSessionStore manager = store(database, prefix + "manager");
        JdbcSessionStore agent = store(database, prefix + "agent");
        JdbcSessionStore unsealed = JdbcSessionStore.open(database.url(prefix + "manager"))) {
      unsealed.save(ExternalStores.session("1"));
      everything(manager, agent);
      rotate.changeKey(NewKey.generated());
      rotate.rotate();
      rotate.prune(1);
      everything(manager, agent);
      rotate.changeKey(NewKey.external());
      rotate.rotate();
      everything(manager, agent);
      rotate.keys();
      rotate.changeKey(NewKey.generated());
      rotate.rotate();
    }
    assertThat(database.query("select distinct what from public.trapped")).isEmpty();
    // Checks that the traps work on whoever relies on the search path.
    database.query(prefix + "manager", "select user_id = user_id from user_sessions");
    assertThat(database.query("select distinct what from public.trapped"))
        .containsExactly("operator varchar varchar");
  }

  private static JdbcSessionStore store(TestDatabase database, String role) {
    return JdbcSessionStore.open(
        database.url(role), OpenPgpSealer.of(KeyProvider.of(ExternalStores.FIRST)));
  }

  private static void everything(JdbcSessionStore manager, JdbcSessionStore agent) {
    manager.check();
    JdbcSessionStore ops = manager.actingAs("ops");
    ops.save(ExternalStores.session("1"));
    ops.save(ExternalStores.session("2"));
    ops.edit(SessionEdit.of("2").phone(null).sessionId("sess_b").build());
    ops.activate("sess_b");
    ops.deactivate("sess_b");
    ops.markAuthorized("sess_b", false);
    ops.recordActivity("sess_b", Activity.LOGIN, Map.of("a", "b"));
    ops.recordActivity(Activity.ALL_SESSIONS, "access_denied", Map.of());
    assertThat(ops.findByUserId("2")).isEqualTo(ops.findBySessionId("sess_b")).isPresent();
    assertThat(ops.summaryOfUser("2")).isEqualTo(ops.summaryOfSession("sess_b")).isPresent();
    assertThat(ops.list(SessionQuery.all(10))).hasSize(2);
    ops.counts();
    ops.activity(ActivityQuery.latest(10));
    ops.activityCounts(Instant.now().minusSeconds(60), Duration.ofHours(1), 1);
    ops.delete("sess_b");
    assertThat(users(agent)).containsExactly("1");
    agent.forEach(session -> {}, unreadable -> {});
    agent.touch(List.of("sess_1"));
    agent.report(List.of(SessionReport.of("sess_1", true)));
    agent.report(List.of(SessionReport.of("sess_1", false)));
  }
}
