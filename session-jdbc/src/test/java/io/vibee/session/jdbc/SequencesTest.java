package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.vibee.session.Activity;
import io.vibee.session.MisconfiguredException;
import io.vibee.session.StoreUnavailableException;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sequences and triggers as logical replication leaves them. */
class SequencesTest {
  private static String refusal(ThrowingCallable call) {
    Throwable thrown = catchThrowable(call);
    assertThat(thrown).isInstanceOf(StoreUnavailableException.class);
    return thrown.getMessage();
  }

  /** What follows "run", up to the server's own words. */
  private static String command(String message) {
    int start = message.indexOf("SELECT setval");
    return message.substring(start, message.lastIndexOf(" ("));
  }

  @ParameterizedTest
  @EnumSource
  void savingASessionThatIsThereTakesNoNumber(Postgres postgres) {
    TestDatabase database = TestDatabase.migrated(postgres);
    try (JdbcSessionStore store = database.store()) {
      for (int i = 0; i < 5; i++) store.save(TestSessions.session("1"));
      store.save(TestSessions.session("2"));
    }
    assertThat(database.query("select id from user_sessions order by id"))
        .containsExactly("1", "2");
  }

  @ParameterizedTest
  @EnumSource
  void thatAreBehindAreNamedWithWhatMendsThem(Postgres postgres) {
    TestDatabase database = TestDatabase.migrated(postgres);
    try (JdbcSessionStore store = database.store()) {
      for (String user : List.of("1", "2", "3")) store.save(TestSessions.session(user));
      database.execute(
          "select setval('user_sessions_id_seq', 1), setval('session_activity_id_seq', 1)");
      String sessions = refusal(() -> store.save(TestSessions.session("4")));
      assertThat(sessions).contains("sequence", "user_sessions");
      database.execute(command(sessions));
      String log = refusal(() -> store.recordActivity("sess_1", Activity.LOGIN, Map.of()));
      assertThat(log).contains("sequence", "session_activity");
      database.execute(command(log));
      assertThat(store.save(TestSessions.session("4")).created()).isTrue();
      store.recordActivity("sess_1", Activity.LOGIN, Map.of());
    }
  }

  @ParameterizedTest
  @EnumSource
  void thatCameToTheirEndAreTold(Postgres postgres) {
    TestDatabase database = TestDatabase.migrated(postgres);
    database.execute("alter sequence user_sessions_id_seq maxvalue 2");
    try (JdbcSessionStore store = database.store()) {
      for (String user : List.of("1", "2")) store.save(TestSessions.session(user));
      assertThat(refusal(() -> store.save(TestSessions.session("3"))))
          .contains("has come to its end");
    }
  }

  @ParameterizedTest
  @EnumSource
  void nothingIsWrittenWhereTriggersDoNotFire(Postgres postgres) {
    TestDatabase database = TestDatabase.migrated(postgres);
    database.insertByGuide("1", "sess_1");
    String setting = "alter database " + database.name() + " %s session_replication_role %s";
    database.execute(setting.formatted("set", "= replica"));
    try (JdbcSessionStore store = database.store()) {
      assertThat(store.findByUserId("1")).isPresent();
      for (ThrowingCallable write :
          List.<ThrowingCallable>of(
              () -> store.save(TestSessions.session("1")),
              () -> store.deactivate("sess_1"),
              () -> store.touch(List.of("sess_1")),
              () -> store.delete("sess_1"),
              store::rotate,
              () -> store.recordActivity("sess_1", Activity.LOGIN, Map.of()))) {
        assertThat(catchThrowable(write))
            .isInstanceOf(MisconfiguredException.class)
            .hasMessageContainingAll("session_replication_role", "RESET");
      }
    }
    database.execute(setting.formatted("reset", ""));
    try (JdbcSessionStore store = database.store()) {
      assertThat(store.deactivate("sess_1")).isTrue();
    }
  }
}
