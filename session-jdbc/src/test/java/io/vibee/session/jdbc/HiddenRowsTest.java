package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.Activity;
import io.vibee.session.ActivityQuery;
import io.vibee.session.SessionQuery;
import io.vibee.session.StoreUnavailableException;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Row level security that would silently hide rows. */
class HiddenRowsTest {
  private static String role(TestDatabase database) {
    String role = database.name() + "_role";
    database.execute(
        """
        create role %1$s login;
        grant select, insert, update, delete on all tables in schema public to %1$s;
        grant usage on all sequences in schema public to %1$s
        """
            .formatted(role));
    return role;
  }

  private static void assertRefused(String table, String role, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StoreUnavailableException.class, e -> assertThat(e.sqlState()).isEqualTo("42501"))
        .hasMessageContainingAll("\"public\".\"" + table + "\"", role, "BYPASSRLS");
  }

  @ParameterizedTest
  @CsvSource({
    "OLDEST, user_sessions", "NEWEST, user_sessions",
    "OLDEST, encryption_keys", "NEWEST, encryption_keys",
    "OLDEST, session_schema_version", "NEWEST, session_schema_version",
  })
  void areAnErrorThatNamesTheTable(Postgres postgres, String table) {
    TestDatabase database = TestDatabase.migrated(postgres);
    database.insertByGuide("1", "sess_1");
    String role = role(database);
    database.execute("alter table %s enable row level security".formatted(table));
    try (JdbcSessionStore store = JdbcSessionStore.open(database.url(role))) {
      for (ThrowingCallable call :
          List.<ThrowingCallable>of(
              () -> store.findByUserId("1"),
              () -> store.forEachActive(session -> {}, unreadable -> {}),
              () -> store.save(TestSessions.session("1")))) {
        assertRefused(table, role, call);
      }
      if (table.equals("user_sessions")) {
        assertRefused(table, role, () -> store.list(SessionQuery.all(10)));
        assertRefused(table, role, store::counts);
        assertRefused(table, role, () -> store.touch(List.of("sess_1")));
        assertRefused(table, role, () -> store.delete("sess_1"));
      }
      database.execute("create policy own on %s using (true)".formatted(table));
      assertRefused(table, role, () -> store.findByUserId("1"));
      database.execute("alter role %s bypassrls".formatted(role));
      assertThat(store.findByUserId("1")).isPresent();
      database.execute("alter role %s nobypassrls".formatted(role));
      database.execute("alter table %s disable row level security".formatted(table));
      assertThat(store.findByUserId("1")).isPresent();
    }
  }

  @ParameterizedTest
  @EnumSource
  void ofTheLogAreAnErrorToo(Postgres postgres) {
    TestDatabase database = TestDatabase.migrated(postgres);
    database.insertByGuide("1", "sess_1");
    String role = role(database);
    database.execute("alter table session_activity enable row level security");
    try (JdbcSessionStore store = JdbcSessionStore.open(database.url(role))) {
      assertRefused("session_activity", role, () -> store.activity(ActivityQuery.latest(1)));
      assertRefused(
          "session_activity", role, () -> store.recordActivity("sess_1", Activity.LOGIN, Map.of()));
      assertThat(store.findByUserId("1")).isPresent();
    }
  }

  @ParameterizedTest
  @EnumSource
  void areNotBlamedForAMissingRight(Postgres postgres) {
    TestDatabase database = TestDatabase.migrated(postgres);
    String role = role(database);
    database.execute("revoke all on user_sessions from " + role);
    try (JdbcSessionStore store = JdbcSessionStore.open(database.url(role))) {
      assertThatThrownBy(() -> store.findByUserId("1"))
          .isInstanceOf(StoreUnavailableException.class)
          .hasMessageContaining("lacks a right");
    }
  }
}
