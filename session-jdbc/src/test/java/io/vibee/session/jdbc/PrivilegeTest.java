package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.jdbc.testing.DocumentedRoles;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a role can do whose only rights are those that everybody has, as in PostgreSQL 14. */
class PrivilegeTest {
  private static final String PWN =
      """
      create function public.pwn() returns boolean language plpgsql as $$ begin
        if current_user = 'postgres' then execute 'alter role %1$s superuser'; end if;
        return true;
      end $$;
      """;

  private record Attack(TestDatabase database, String role) {
    static Attack on(TestDatabase database) {
      String role = database.name() + "_low";
      database.execute("create role " + role + " login; grant create on schema public to public");
      Attack attack = new Attack(database, role);
      attack.run(PWN.formatted(role));
      return attack;
    }

    /** The error's message, or an empty text. */
    String run(String sql) {
      try (Connection connection = database.dataSource(role).getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute(sql);
        return "";
      } catch (SQLException e) {
        return String.valueOf(e.getMessage());
      }
    }

    void assertFailed() {
      assertThat(database.value("select rolsuper from pg_roles where rolname = '" + role + "'"))
          .isEqualTo("f");
    }
  }

  @ParameterizedTest
  @EnumSource
  void cannotBorrowATriggerFunction(Postgres postgres) {
    TestDatabase database = TestDatabase.migrated(postgres);
    database.insertByGuide("1", "sess_1");
    List<String> log = database.query("select id from session_activity");
    // As after a restore without privileges.
    database.execute("grant execute on all functions in schema public to public");
    Attack attack = Attack.on(database);
    for (String function :
        List.of(
            "session_audit",
            "session_before_write",
            "session_hold_key",
            "session_key_before_change",
            "session_key_after_change")) {
      assertThat(
              attack.run(
                  """
                  create temp table t (id int, master_key text, version int, archived_at timestamptz,
                    created_at timestamptz, user_id text, session_id text, api_hash_encrypted bytea);
                  create trigger x before insert or update or delete on t for each row execute function public.%1$s();
                  insert into t (id, master_key, version, session_id) values (1, 'planted', 9, 'forged')
                  """
                      .formatted(function)))
          .as(function)
          .contains("serves the table");
    }
    assertThat(database.query("select id from session_activity")).isEqualTo(log);
    attack.assertFailed();
  }

  @ParameterizedTest
  @EnumSource
  void cannotPlantOperatorsOrFunctionsForTheOwnerToRun(Postgres postgres) {
    TestDatabase database = TestDatabase.migrated(postgres);
    Attack attack = Attack.on(database);
    for (String type : List.of("varchar", "text[]", "bytea", "jsonb", "text", "name")) {
      attack.run(
          "create function public.evil(%1$s, %1$s) returns boolean language sql as 'select public.pwn()'"
              .formatted(type));
      for (String operator : List.of("=", "<>", "~", "<=")) {
        attack.run(
            "create operator public.%2$s (leftarg = %1$s, rightarg = %1$s, function = public.evil)"
                .formatted(type, operator));
      }
    }
    for (String function :
        List.of("array_remove(text[], text)", "encode(bytea, text)", "btrim(text)", "now()")) {
      attack.run(
          "create function public."
              + function
              + " returns text language sql as 'select public.pwn()::text'");
    }
    database.insertByGuide("1", "sess_1");
    database.execute("update user_sessions set phone = '+1', session_id = 'sess_2'");
    database.execute("update encryption_keys set master_key = 'YOUR_NEW_KEY' where id = 1");
    database.execute("delete from user_sessions");
    attack.assertFailed();

    TestDatabase fresh = postgres.createDatabase();
    fresh.execute("grant create on schema public to public");
    Attack early = new Attack(fresh, attack.role());
    early.run(PWN.formatted(attack.role()));
    early.run(
        "create function public.evil(oid, regclass) returns boolean language sql as 'select public.pwn()'");
    early.run(
        "create operator public.= (leftarg = oid, rightarg = regclass, function = public.evil)");
    fresh.migrate();
    fresh.insertByGuide("1", "sess_1");
    attack.assertFailed();
  }

  @ParameterizedTest
  @EnumSource
  void cannotPrepareObjectsThatTheMigrationWouldTakeOver(Postgres postgres) {
    for (String planted :
        List.of(
            "create function public.session_hash_encrypt(api_hash text, master_key text) returns bytea language sql as 'select null::bytea'",
            "create table public.session_schema_version (version int primary key); insert into public.session_schema_version values (1)",
            "create sequence public.user_sessions_id_seq",
            "create sequence public.idx_user_sessions_active",
            "create view public.user_sessions_user_id_key as select 1",
            "create table public.mine (id int constraint session_activity_pkey primary key)")) {
      TestDatabase database = postgres.createDatabase();
      Attack attack = Attack.on(database);
      assertThat(attack.run(planted)).isEmpty();
      assertThat(database.failure(TestDatabase.migration()))
          .contains("belongs to role \"" + attack.role());
      assertThat(database.value("select to_regclass('user_sessions') is null")).isEqualTo("t");
    }
  }

  /** Whoever may change keys would get the trigger's rights if only the depth were checked. */
  @ParameterizedTest
  @EnumSource
  void cannotRetireOrArchiveKeysUnseenByATriggerOfTheirOwn(Postgres postgres) {
    DocumentedRoles roles = DocumentedRoles.ofAnOwner(postgres);
    TestDatabase database = roles.database();
    database.insertByGuide("1", "sess_1");
    database.execute(
        "set vibee.key_change = 'online';"
            + " update encryption_keys set master_key = session_new_key() where id = 1;"
            + " select session_follow_key(0::bigint, 10, false);"
            + " grant insert on encryption_keys to "
            + roles.name("keys"));
    Attack attack = new Attack(database, roles.name("keys"));
    String byTrigger =
        """
        create temp table mine (i int);
        create function pg_temp.mine() returns trigger language plpgsql as $$ begin %s; return new; end $$;
        create trigger mine before insert on mine for each row execute function pg_temp.mine();
        insert into mine values (1)
        """;
    assertThat(
            attack.run(
                byTrigger.formatted(
                    "insert into public.encryption_keys (id, master_key, version) values (9, 'planted', 99)")))
        .contains("archived keys, which are written by key changes alone");
    assertThat(
            attack.run(
                byTrigger.formatted(
                    "update public.encryption_keys set retired_at = now() where id <> 1")))
        .isEmpty();
    assertThat(
            database.query(
                "select activity_type, details->>'by' from session_activity where activity_type = 'key_retired'"))
        .containsExactly("key_retired|" + roles.name("keys"));
  }

  /** A foreign key acts with the rights of the table's owner, and so could pass for a rotation. */
  @ParameterizedTest
  @EnumSource
  void cannotHaveACascadeChangeSessionsUnseen(Postgres postgres) {
    TestDatabase database = TestDatabase.migrated(postgres);
    database.insertByGuide("1", "sess_1");
    String role = database.name() + "_users";
    database.execute(
        """
        create table users (user_id varchar(255) primary key);
        insert into users values ('1');
        alter table user_sessions add foreign key (user_id) references users on update cascade;
        create role %1$s login; grant select, update on users to %1$s
        """
            .formatted(role));
    assertThat(
            new Attack(database, role)
                .run(
                    "begin; select set_config('vibee.follow_key', pg_current_xact_id()::text, true);"
                        + " update users set user_id = '2'; commit"))
        .isEmpty();
    assertThat(
            database.query(
                "select user_id, details->>'previous_user_id' from session_activity where activity_type = 'session_updated'"))
        .containsExactly("2|1");
    assertThat(database.value("select revision from user_sessions")).isEqualTo("2");
  }

  @ParameterizedTest
  @EnumSource
  void keysChangeOnlyWhereEverySessionIsSeen(Postgres postgres) {
    TestDatabase database = TestDatabase.migrated(postgres);
    database.insertByGuide("1", "sess_1");
    for (String level : List.of("repeatable read", "serializable")) {
      assertThat(
              database.failure(
                  "begin isolation level "
                      + level
                      + "; update encryption_keys set master_key = 'YOUR_NEW_KEY' where id = 1"))
          .contains("READ COMMITTED");
    }
  }
}
