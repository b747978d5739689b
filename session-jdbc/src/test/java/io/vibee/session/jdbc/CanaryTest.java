package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.Secret;
import io.vibee.session.Session;
import io.vibee.session.SessionException;
import io.vibee.session.SessionLoader;
import io.vibee.session.SessionStore;
import io.vibee.session.jdbc.testing.Canary;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import io.vibee.session.jdbc.url.DatabaseUrl;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Provokes failures everywhere while one api_hash, key and database password are in use. What they
 * print and log is watched by {@link io.vibee.session.jdbc.testing.CanaryListener}.
 */
@ResourceLock(value = Postgres.SETTINGS, mode = ResourceAccessMode.READ) // TLS is off
class CanaryTest {
  private final TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);

  @FunctionalInterface
  private interface Provocation {
    void run(TestDatabase database) throws Exception;
  }

  private record Named(String name, Provocation provocation) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Named named(String name, Provocation provocation) {
    return new Named(name, provocation);
  }

  static Stream<Named> failures() {
    return Stream.of(
        named("wrong password", db -> use(db.urlWithPassword("wrong" + Canary.PASSWORD))),
        named("no rights", db -> use(db.urlWithPassword(Canary.PASSWORD))),
        named(
            "password with raw separators",
            db -> use("postgresql://secret_role:" + Canary.PASSWORD + "@localhost/x")),
        named(
            "jdbc URL with user info",
            db -> use("jdbc:postgresql://secret_role:" + Canary.PASSWORD + "@localhost/x")),
        named("password as parameter", db -> use(db.url() + "?passwort=" + Canary.PASSWORD)),
        named("password as port", db -> use("postgresql://u@localhost:" + Canary.PASSWORD + "/x")),
        named("another scheme", db -> use("mysql://u:" + Canary.PASSWORD + "@localhost/x")),
        named(
            "no such database",
            db -> use(db.urlWithPassword(Canary.PASSWORD).replace(db.name(), "nowhere"))),
        named(
            "no server",
            db ->
                use(db.urlWithPassword(Canary.PASSWORD).replace(":" + db.postgres().port(), ":1"))),
        named("no TLS", db -> use(db.urlWithPassword(Canary.PASSWORD) + "?sslmode=require")),
        named(
            "a trigger that fails with the row",
            db -> {
              db.execute(
                  """
                  create function boom() returns trigger language plpgsql as $$ begin
                    raise exception 'boom %', new using errcode = '22000'; end $$;
                  create trigger a_boom before insert on user_sessions for each row execute function boom()
                  """);
              save(db);
            }),
        named(
            "a check that fails with the row",
            db -> {
              db.execute("alter table user_sessions add constraint c check (phone is null)");
              save(db);
            }),
        named(
            "no current key",
            db -> {
              db.executeWithoutTriggers("delete from encryption_keys");
              save(db);
            }),
        named(
            "a null key",
            db -> {
              db.executeWithoutTriggers(
                  "alter table encryption_keys drop constraint encryption_keys_one_kind; update encryption_keys set master_key = null");
              save(db);
            }),
        named(
            "the key disappears later",
            db -> {
              try (SessionStore store = db.store()) {
                store.save(TestSessions.session("1"));
                db.executeWithoutTriggers("delete from encryption_keys where id = 1");
                store.save(TestSessions.session("2"));
              }
            }),
        named(
            "a damaged row",
            db -> {
              db.insertByGuide("1", "sess_1");
              db.executeWithoutTriggers("update user_sessions set api_hash_encrypted = 'garbage'");
              load(db.url());
            }),
        named(
            "the server ends the connection",
            db -> {
              try (SessionStore store = db.store()) {
                store.save(TestSessions.session("1"));
                store.forEachActive(
                    session -> {
                      db.execute(
                          "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()");
                      store.save(TestSessions.session("2").toBuilder().sessionId("sess_1").build());
                    },
                    unreadable -> {});
              }
            }),
        named(
            "hash moved to another table",
            db -> {
              db.execute("alter table user_sessions rename to elsewhere");
              save(db);
            }),
        named(
            "external key",
            db ->
                loadWith(
                    Map.of(
                        "DATABASE_URL",
                        db.url(),
                        "MULTI_TENANT",
                        "true",
                        "ENCRYPTION_MASTER_KEY",
                        Canary.MASTER_KEY))),
        named(
            "environment",
            db ->
                loadWith(
                    Map.of(
                        "TELEGRAM_SESSION_ID",
                        "sess_1",
                        "TELEGRAM_API_ID",
                        Canary.API_HASH,
                        "TELEGRAM_API_HASH",
                        Canary.API_HASH))),
        named(
            "spaces in the hash",
            db ->
                loadWith(
                    Map.of(
                        "TELEGRAM_SESSION_ID",
                        "sess_1",
                        "TELEGRAM_API_ID",
                        "1",
                        "TELEGRAM_API_HASH",
                        Canary.API_HASH + " "))));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void failsWithoutShowingASecret(Named failure) {
    Throwable thrown = null;
    try {
      failure.provocation().run(database);
    } catch (Exception e) {
      thrown = e;
    }
    assertThat(thrown)
        .as("the provocation works")
        .isInstanceOfAny(SessionException.class, IllegalArgumentException.class);
    assertThat(Canary.in(everythingIn(thrown))).as("canaries in what was thrown").isEmpty();
  }

  /** Messages, causes, suppressed ones and traces, as any log would print them. */
  private static String everythingIn(Throwable thrown) {
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    for (Throwable at = thrown; at != null; at = at.getCause()) {
      text.append(at.toString());
      if (at instanceof SQLException sql) sql.forEach(next -> text.append(next.toString()));
    }
    return text.toString();
  }

  @Test
  void showsNoSecretInAnyText() {
    List<Object> shown = new ArrayList<>();
    Session session = TestSessions.session("1");
    shown.add(session);
    shown.add(session.apiHash());
    shown.add(session.toBuilder());
    shown.add(DatabaseUrl.parse(database.urlWithPassword(Canary.PASSWORD)));
    shown.add(DatabaseUrl.parse(database.urlWithPassword(Canary.PASSWORD)).toDataSource());
    try (JdbcSessionStore store = database.store();
        SessionLoader loader =
            SessionLoader.fromEnvironment(
                Map.of("DATABASE_URL", database.url(), "MULTI_TENANT", "true"))) {
      shown.add(store.save(session));
      shown.add(store);
      shown.add(loader);
      shown.add(loader.load());
    }
    assertThat(shown).allSatisfy(object -> assertThat(Canary.in(object.toString())).isEmpty());
    assertThat(session.apiHash().toString()).isEqualTo("***");
  }

  @Test
  void logsInByPasswordAndStoresUnderTheDriversTrace() {
    String role = TestDatabase.PASSWORD_ROLE;
    database.execute("grant all on all tables in schema public to " + role);
    database.execute("grant all on all sequences in schema public to " + role);
    try (JdbcSessionStore store =
        JdbcSessionStore.open(database.urlWithPassword(Canary.PASSWORD))) {
      TestSessions.saveAndLoad(store);
      assertThat(store.findByUserId("100200300").orElseThrow().apiHash())
          .isEqualTo(Secret.of(Canary.API_HASH));
    }
    database.execute("drop owned by " + role);
  }

  private static void use(String url) {
    load(url);
  }

  private static void load(String url) {
    loadWith(Map.of("DATABASE_URL", url));
  }

  private static void loadWith(Map<String, String> environment) {
    try (SessionLoader loader = SessionLoader.fromEnvironment(new HashMap<>(environment))) {
      loader.load();
    }
  }

  private static void save(TestDatabase database) {
    try (SessionStore store = database.store()) {
      store.save(TestSessions.session("1"));
    }
  }
}
