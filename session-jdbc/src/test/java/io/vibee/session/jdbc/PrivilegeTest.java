package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a role gets that has no rights here but those that everybody has, as in PostgreSQL 14. */
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
            "create table public.session_schema_version (version int primary key); insert into public.session_schema_version values (1)")) {
      TestDatabase database = postgres.createDatabase();
      Attack attack = Attack.on(database);
      assertThat(attack.run(planted)).isEmpty();
      assertThat(database.failure(TestDatabase.migration()))
          .contains("belongs to role \"" + attack.role());
      assertThat(database.value("select to_regclass('user_sessions') is null")).isEqualTo("t");
    }
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
