package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.Activity;
import io.vibee.session.NewKey;
import io.vibee.session.OutcomeUnknownException;
import io.vibee.session.Secret;
import io.vibee.session.SessionChangedException;
import io.vibee.session.SessionEdit;
import io.vibee.session.SessionReport;
import io.vibee.session.SessionRevision;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What repeating a call does whose outcome is unknown, as the Javadoc of each method says. */
class RepeatedCallsTest {
  /** A change that is interrupted, and what happens before. */
  private record Change(String name, Use before, Use call) {
    @Override
    public String toString() {
      return name;
    }
  }

  @FunctionalInterface
  private interface Use {
    void of(JdbcSessionStore store);
  }

  private static final Secret KEY = Secret.of("made-up-key-0123456789abcdef0123");
  private static final Use NOTHING = store -> {};
  private static final SessionReport LOGIN = SessionReport.authorized("sess_1");

  static Stream<Change> changes() {
    return Stream.of(
        new Change("save a new one", NOTHING, s -> s.save(TestSessions.session("2"))),
        new Change(
            "save",
            NOTHING,
            s -> s.save(TestSessions.session("1").toBuilder().phone("+1").build())),
        new Change("edit", NOTHING, s -> s.edit(SessionEdit.of("1").phone("+1").build())),
        new Change(
            "edit many",
            NOTHING,
            s ->
                s.editAll(
                    List.of(
                        SessionEdit.of(TestSessions.session("2")).build(),
                        SessionEdit.of("1").phone("+1").build()),
                    saved -> {},
                    refused -> {})),
        new Change("activate", s -> s.deactivate("sess_1"), s -> s.activate("sess_1")),
        new Change("deactivate", NOTHING, s -> s.deactivate("sess_1")),
        new Change("delete", NOTHING, s -> s.delete("sess_1")),
        new Change("touch", NOTHING, s -> s.touch(List.of("sess_1"))),
        new Change("report", NOTHING, s -> s.report(List.of(LOGIN))),
        new Change("mark", NOTHING, s -> s.markAuthorized("sess_1", true)),
        new Change("change the key", NOTHING, s -> s.changeKey(NewKey.inDatabase(KEY))),
        new Change("rotate", s -> s.changeKey(NewKey.generated()), JdbcSessionStore::rotate),
        new Change(
            "prune",
            s -> {
              s.changeKey(NewKey.generated());
              s.rotate();
            },
            s -> s.prune(1)));
  }

  private static final String STATE =
      """
      select concat_ws(' ', user_id, is_active, is_authorized, phone, revision, key_version, last_seen_at is null)
        from user_sessions
       union all select concat_ws(' ', activity_type, count(*)) from session_activity group by activity_type
       union all select concat_ws(' ', 'key', version) from encryption_keys
       order by 1
      """;

  private static List<String> afterOneCall(Change change) {
    TestDatabase other = TestDatabase.migrated(Postgres.NEWEST);
    try (JdbcSessionStore store = other.store()) {
      prepare(store, change);
      change.call().of(store);
    }
    return other.query(STATE);
  }

  private static void prepare(JdbcSessionStore store, Change change) {
    store.save(TestSessions.session("1"));
    change.before().of(store);
  }

  /** A rotation reads first, in transactions of their own. */
  private static boolean writes(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("select pg_current_xact_id_if_assigned() is not null")) {
      row.next();
      return row.getBoolean(1);
    }
  }

  private static List<String> afterALostCall(Change change, boolean made) {
    TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
    WatchedCommits commits = new WatchedCommits();
    DataSource lost =
        commits.of(
            database.dataSource(),
            connection -> {
              commits.armed = !writes(connection);
              if (commits.armed || made) connection.commit();
              else connection.rollback();
              if (!commits.armed) throw new SQLException("lost", "08006");
            });
    try (JdbcSessionStore store = JdbcSessionStore.over(lost)) {
      prepare(store, change);
      commits.armed = true;
      assertThatThrownBy(() -> change.call().of(store)).isInstanceOf(OutcomeUnknownException.class);
      change.call().of(store);
    }
    return database.query(STATE);
  }

  @ParameterizedTest
  @MethodSource("changes")
  void mayBeRepeatedAfterTheChangeWasMade(Change change) {
    assertThat(afterALostCall(change, true)).isEqualTo(afterOneCall(change));
  }

  @ParameterizedTest
  @MethodSource("changes")
  void mayBeRepeatedAfterTheChangeWasNotMade(Change change) {
    assertThat(afterALostCall(change, false)).isEqualTo(afterOneCall(change));
  }

  static Stream<Change> entries() {
    return Stream.of(
        new Change("record", NOTHING, s -> s.recordActivity("sess_1", Activity.ERROR, Map.of())),
        new Change(
            "report",
            NOTHING,
            s -> s.report(List.of(LOGIN.andThen(SessionReport.failed("sess_1", "made up"))))));
  }

  @ParameterizedTest
  @MethodSource("entries")
  void mayLeaveAnEntryTwiceIfTheyAreRepeated(Change change) {
    assertThat(afterOneCall(change)).contains("error 1");
    assertThat(afterALostCall(change, true)).contains("error 2").doesNotContain("login 2");
  }

  @Test
  void refuseToRepeatAnEditThatExpectsARevision() {
    SessionRevision[] revision = {null};
    Change change =
        new Change(
            "edit",
            s -> revision[0] = s.summaryOfUser("1").orElseThrow().at(),
            s -> s.edit(SessionEdit.of("1").phone("+1").expecting(revision[0]).build()));
    assertThatThrownBy(() -> afterALostCall(change, true))
        .isInstanceOf(SessionChangedException.class);
  }
}
