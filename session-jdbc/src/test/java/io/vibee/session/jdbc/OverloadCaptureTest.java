package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.NewKey;
import io.vibee.session.SessionReport;
import io.vibee.session.StoreUnavailableException;
import io.vibee.session.jdbc.testing.DocumentedRoles;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A role that may create objects in the schema makes functions and operators there that could fit a
 * call of ours better than what is meant: none is ever called.
 */
class OverloadCaptureTest {
  /** What an argument of each type could be mistaken for, or preferred to. */
  private static final Map<String, List<String>> RELATIVES =
      Map.of(
          "text", List.of("text", "varchar", "bpchar", "name", "anyelement", "bytea"),
          "bytea", List.of("bytea", "text", "anyelement"),
          "bigint", List.of("bigint", "integer", "numeric", "double precision", "anyelement"),
          "integer", List.of("integer", "bigint", "numeric", "smallint", "text", "anyelement"),
          "boolean", List.of("boolean", "text", "integer", "anyelement"),
          "bigint[]", List.of("bigint[]", "integer[]", "numeric[]", "anyarray", "text"),
          "bytea[]", List.of("bytea[]", "text[]", "anyarray"),
          "text[]", List.of("text[]", "varchar[]", "anyarray", "text"));

  private static final String OURS =
      """
      select proname, array_to_string(array(
               select format_type(t, null) from unnest(proargtypes) with ordinality a (t, i) order by i), ';'),
             pg_get_function_result(oid)
        from pg_proc
       where pronamespace = 'public'::regnamespace
         and (proname ~ '^session_' or proname in ('pgp_sym_encrypt', 'pgp_sym_decrypt', 'gen_random_bytes', 'dearmor'))
      """;

  private final List<String> traps = new ArrayList<>();

  @ParameterizedTest
  @EnumSource
  void neverCallsWhatSomebodyElseMade(Postgres postgres) throws SQLException {
    DocumentedRoles roles = DocumentedRoles.ofAnOwner(postgres);
    TestDatabase database = roles.database();
    database.execute(
        """
        create role %1$slow login;
        grant create on schema public to %1$slow;
        create table caught (what text, as_role name);
        grant insert on caught to public
        """
            .formatted(roles.prefix()));
    setTraps(database, roles.name("low"));
    assertThat(traps.size()).as("traps").isGreaterThan(250);

    manage(roles);
    changeKeys(roles);
    typeSql(roles);
    assertThat(database.query("select distinct what, as_role from caught"))
        .as("functions of somebody else that were called")
        .isEmpty();

    // They exist and do report: whoever types a call that fits them gets them.
    database.execute("select session_hash_is_sealed('x'::text)");
    assertThat(database.value("select count(*) from caught")).isEqualTo("1");
  }

  /** PostgreSQL cannot tell which of two is meant when defaults make them alike, and takes none. */
  @ParameterizedTest
  @EnumSource
  void stopsAtOneThatDefaultsMakeAlikeUntilItIsDropped(Postgres postgres) throws SQLException {
    DocumentedRoles roles = DocumentedRoles.ofAnOwner(postgres);
    TestDatabase database = roles.database();
    database.execute(
        "create role %1$slow login; grant create on schema public to %1$slow"
            .formatted(roles.prefix()));
    run(
        database,
        roles.name("low"),
        "create function session_actor(x integer default 0) returns text language sql as 'select 1'");
    try (JdbcSessionStore store = JdbcSessionStore.open(roles.url("manager"))) {
      assertThatThrownBy(() -> store.save(TestSessions.session("1")))
          .isInstanceOf(StoreUnavailableException.class)
          .hasMessageContaining("session_actor() is not unique");
      assertThat(store.findByUserId("1")).isEmpty();
      String owner = "set role " + roles.name("owner") + ";\n";
      assertThat(database.failure(owner + TestDatabase.migration()))
          .contains(
              "function public.session_actor(x integer) has a name of ours",
              "role \"" + roles.name("low") + "\" made it");
      database.execute("drop function session_actor(integer)");
      TestSessions.saveAndLoad(store);
    }
  }

  private static void manage(DocumentedRoles roles) {
    try (JdbcSessionStore store = JdbcSessionStore.open(roles.url("manager"))) {
      TestSessions.saveAndLoad(store);
      store.save(TestSessions.session("2"));
      store.actingAs("somebody").deactivate("sess_2");
      store.activate("sess_2");
      store.touch(List.of("sess_2", "sess_100200300"));
      store.report(List.of(SessionReport.of("sess_2", true)));
      store.forEach(session -> {}, unreadable -> {});
      store.recordActivity("sess_2", "login", Map.of("by", "test"));
      store.delete("sess_2");
    }
  }

  private static void changeKeys(DocumentedRoles roles) {
    try (JdbcSessionStore store = JdbcSessionStore.open(roles.url("rotate"))) {
      store.changeKey(NewKey.generated());
      store.rotate();
      store.prune(1);
    }
    try (JdbcSessionStore store = JdbcSessionStore.open(roles.url("keys"))) {
      store.changeKey(NewKey.generated());
      store.rotate();
      assertThat(store.keys()).hasSize(2);
    }
  }

  /** As by hand: what is typed names ours in full, what follows from it is up to the triggers. */
  private void typeSql(DocumentedRoles roles) throws SQLException {
    run(
        roles.database(),
        roles.name("keys"),
        """
        set search_path = pg_catalog, pg_temp;
        update public.encryption_keys set master_key = public.session_new_key() where id = 1;
        select public.session_follow_key('-1'::bigint, null::integer, false);
        delete from public.encryption_keys where id > 1
        """);
    run(
        roles.database(),
        roles.name("manager"),
        """
        set search_path = pg_catalog, pg_temp;
        insert into public.user_sessions (user_id, session_id, api_id, api_hash_encrypted)
          values ('3', 'sess_3', 94892, public.pgp_sym_encrypt('made_up'::text,
                 (select master_key from public.encryption_keys where id = 1)));
        update public.user_sessions set api_hash_encrypted = public.pgp_sym_encrypt('other'::text,
                 (select master_key from public.encryption_keys where id = 1)) where user_id = '3';
        update public.user_sessions set phone = '+1', session_id = 'sess_4', is_active = false where user_id = '3';
        delete from public.user_sessions where user_id = '3'
        """);
  }

  private void setTraps(TestDatabase database, String role) {
    for (String function : database.query(OURS)) {
      String[] parts = function.split("\\|", 3);
      List<String> types = parts[1].isEmpty() ? List.of() : Arrays.asList(parts[1].split(";", -1));
      String result = parts[2].equals("trigger") ? "boolean" : parts[2];
      combine(types, 0, new ArrayList<>(), all -> trap(database, role, parts[0] + all, result));
    }
    operators(database, role);
  }

  private interface Signature {
    void take(String arguments);
  }

  private static void combine(List<String> types, int at, List<String> chosen, Signature consumer) {
    if (at == types.size()) {
      if (!types.isEmpty() && !chosen.equals(types)) {
        consumer.take("(" + String.join(", ", chosen) + ")");
      }
      return;
    }
    // Of many arguments, one at a time differs: all of four would be some hundreds.
    boolean differs = !chosen.equals(types.subList(0, at));
    List<String> relatives = RELATIVES.getOrDefault(types.get(at), List.of(types.get(at)));
    for (String type : differs && types.size() > 3 ? List.of(types.get(at)) : relatives) {
      List<String> longer = new ArrayList<>(chosen);
      longer.add(type);
      combine(types, at + 1, longer, consumer);
    }
  }

  private void trap(TestDatabase database, String role, String signature, String result) {
    String body =
        " language plpgsql as $$ begin insert into public.caught values ('"
            + signature.replace("'", "")
            + "', current_user); "
            + (result.matches("(?s)TABLE.*|SETOF.*") ? "return;" : "return null;")
            + " end $$";
    try {
      run(database, role, "create function public." + signature + " returns " + result + body);
      traps.add(signature);
    } catch (SQLException e) {
      // Some are the function itself under another name of a type; enough are left.
    }
  }

  private void operators(TestDatabase database, String role) {
    List<String> pairs = new ArrayList<>();
    for (String type :
        List.of(
            "varchar",
            "text",
            "bpchar",
            "bytea",
            "integer",
            "bigint",
            "boolean",
            "jsonb",
            "name",
            "timestamptz",
            "text[]",
            "bigint[]",
            "oid",
            "xid8")) {
      pairs.add(type + ";" + type);
    }
    pairs.addAll(
        List.of(
            "varchar;text",
            "text;varchar",
            "integer;bigint",
            "bigint;integer",
            "varchar;name",
            "numeric;bigint",
            "numeric;integer",
            "oid;regclass",
            "jsonb;text"));
    for (String pair : pairs) {
      String[] types = pair.split(";", 2);
      for (String operator : List.of("=", "<>", "<", ">", "<=", ">=", "~", "!~", "||", "-", "+")) {
        try {
          String name = "trap_" + traps.size();
          run(
              database,
              role,
              """
              create function public.%1$s(%2$s, %3$s) returns boolean language plpgsql as
                $$ begin insert into public.caught values ('%2$s %4$s %3$s', current_user); return true; end $$;
              create operator public.%4$s (leftarg = %2$s, rightarg = %3$s, function = public.%1$s)
              """
                  .formatted(name, types[0], types[1], operator));
          traps.add(name);
        } catch (SQLException e) {
          throw new AssertionError(pair + operator, e);
        }
      }
    }
  }

  private static void run(TestDatabase database, String role, String sql) throws SQLException {
    try (Connection connection = database.dataSource(role).getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
