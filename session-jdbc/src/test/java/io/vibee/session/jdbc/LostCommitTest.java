package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.OutcomeUnknownException;
import io.vibee.session.StoreUnavailableException;
import io.vibee.session.jdbc.sql.SqlErrors;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;

/** Connections that are lost while a change is committed, or just before. */
class LostCommitTest {
  private final TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
  private final WatchedCommits commits = new WatchedCommits();

  /** A store whose next call, once armed, commits like this. */
  private JdbcSessionStore store(WatchedCommits.Commit commit) {
    return JdbcSessionStore.over(commits.of(database.dataSource(), commit));
  }

  private void end(Connection connection) throws SQLException {
    int backend = connection.unwrap(PGConnection.class).getBackendPID();
    database.query("select pg_terminate_backend(%d, 10000)".formatted(backend));
  }

  private String sessions() {
    return database.value("select count(*) from user_sessions");
  }

  @ParameterizedTest
  @ValueSource(strings = {"08006", "08003", "57P01", "53100", "58030", "XX000", ""})
  void leaveOpenWhetherTheChangeWasMade(String sqlState) {
    try (JdbcSessionStore store =
        store(
            connection -> {
              connection.commit();
              throw new SQLException("lost", sqlState);
            })) {
      store.findByUserId("1");
      commits.armed = true;
      assertThatThrownBy(() -> store.save(TestSessions.session("1")))
          .isInstanceOf(OutcomeUnknownException.class)
          .hasMessageContaining("look at the session");
    }
    assertThat(sessions()).isEqualTo("1");
  }

  @Test
  void areNotMeantByAConnectionThatCannotBeClosedAfterwards() {
    try (JdbcSessionStore store = store(Connection::commit)) {
      commits.closeFails = true;
      assertThat(store.save(TestSessions.session("1")).created()).isTrue();
      assertThat(store.findByUserId("1")).isPresent();
    }
  }

  @Test
  void leaveOpenWhetherAMigrationWasMade() {
    TestDatabase empty = Postgres.NEWEST.createDatabase();
    commits.armed = true;
    DataSource lost =
        commits.of(
            empty.dataSource(),
            connection -> {
              connection.commit();
              throw new SQLException("lost", "08006");
            });
    assertThatThrownBy(() -> SessionMigrations.migrate(lost))
        .isInstanceOf(OutcomeUnknownException.class)
        .hasMessageContaining("run it again");
    SessionMigrations.migrate(empty.dataSource());
    try (JdbcSessionStore store = empty.store()) {
      store.check();
    }
  }

  @Test
  void leaveItOpenWhereTheServerWentAway() {
    try (JdbcSessionStore store =
        store(
            connection -> {
              end(connection);
              connection.commit();
            })) {
      store.findByUserId("1");
      commits.armed = true;
      assertThatThrownBy(() -> store.save(TestSessions.session("1")))
          .isInstanceOf(OutcomeUnknownException.class);
    }
    assertThat(sessions()).isEqualTo("0");
  }

  /** For instance, a deferred constraint that an installation has added. */
  @Test
  void areNotMeantByAServerThatRefusesTheCommit() {
    try (JdbcSessionStore store =
        store(
            connection -> {
              throw new SQLException("refused", "23503");
            })) {
      store.findByUserId("1");
      commits.armed = true;
      assertThatThrownBy(() -> store.save(TestSessions.session("1")))
          .isInstanceOf(StoreUnavailableException.class);
    }
    assertThat(sessions()).isEqualTo("0");
  }

  @Test
  void doNotMatterToReads() {
    try (JdbcSessionStore store =
        store(
            connection -> {
              throw new SQLException("lost", "08006");
            })) {
      store.findByUserId("1");
      commits.armed = true;
      assertThatThrownBy(() -> store.findByUserId("1"))
          .isInstanceOf(StoreUnavailableException.class);
    }
  }

  @Test
  void areNotMeantByConnectionsThatAreLostBefore() {
    assertThat(
            Arrays.stream(new String[] {"08006", "57P01", "57P02", "57P03", "08007", ""})
                .allMatch(state -> SqlErrors.leavesOutcomeOpen(new SQLException("lost", state))))
        .isTrue();
    database.execute(
        """
        create function die() returns trigger language plpgsql as
          $$ begin perform pg_terminate_backend(pg_backend_pid()); perform pg_sleep(10); return new; end $$;
        create trigger zz before insert on user_sessions for each row execute function die()
        """);
    try (JdbcSessionStore store = database.store()) {
      assertThatThrownBy(() -> store.save(TestSessions.session("1")))
          .isInstanceOf(StoreUnavailableException.class);
    }
    assertThat(sessions()).isEqualTo("0");
  }
}
