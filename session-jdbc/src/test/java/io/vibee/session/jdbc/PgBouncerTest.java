package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.Activity;
import io.vibee.session.LoadReport;
import io.vibee.session.NewKey;
import io.vibee.session.RotationProgress;
import io.vibee.session.SessionLoader;
import io.vibee.session.jdbc.testing.PgBouncer;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything through PgBouncer in transaction mode, with two server connections for all clients.
 */
class PgBouncerTest {
  private final TestDatabase database = Postgres.NEWEST.createDatabase();
  private PgBouncer bouncer;
  private String url;

  @BeforeEach
  void start(@TempDir Path folder) throws Exception {
    bouncer = PgBouncer.start(database, "transaction", 2, folder);
    url = bouncer.url();
  }

  @AfterEach
  void stop() {
    if (bouncer != null) bouncer.close();
  }

  @Test
  void migratesStoresAndStreams() throws Exception {
    SessionMigrations.migrate(url);
    SessionMigrations.migrate(url);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try (JdbcSessionStore store = JdbcSessionStore.open(url);
        JdbcSessionStore other = JdbcSessionStore.open(url)) {
      List<Callable<Void>> work = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        String user = "u" + i;
        JdbcSessionStore one = i % 2 == 0 ? store : other;
        work.add(
            () -> {
              one.save(TestSessions.session(user));
              one.touch(List.of("sess_" + user));
              one.recordActivity("sess_" + user, Activity.LOGIN, Map.of());
              assertThat(one.findByUserId(user)).isPresent();
              return null;
            });
      }
      for (Future<Void> done : threads.invokeAll(work)) done.get();
    } finally {
      threads.shutdownNow();
    }
    try (SessionLoader loader =
        SessionLoader.fromEnvironment(Map.of("DATABASE_URL", url, "MULTI_TENANT", "true"))) {
      for (int i = 0; i < 10; i++) {
        LoadReport report = loader.forEach(session -> {});
        assertThat(report.loaded()).isEqualTo(200);
      }
    }
  }

  @Test
  void loadsOnTwoConnections() {
    SessionMigrations.migrate(url);
    database.insertMany(8000);
    try (JdbcSessionStore store = JdbcSessionStore.open(url)) {
      for (int i = 0; i < 10; i++) {
        List<Integer> users = new ArrayList<>();
        store.forEachActive(
            session -> users.add(Integer.valueOf(session.userId())), unreadable -> {});
        assertThat(users).hasSize(8000).isSorted();
      }
    }
  }

  @Test
  void changesKeysAndRotatesFromSeveralClientsAtOnce() throws Exception {
    SessionMigrations.migrate(url);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (JdbcSessionStore store = JdbcSessionStore.open(url)) {
      for (int i = 0; i < 50; i++) store.save(TestSessions.session("u" + i));
      for (int change = 0; change < 5; change++) {
        store.changeKey(NewKey.generated());
        Callable<RotationProgress> rotate = store::rotate;
        long done = 0;
        for (Future<RotationProgress> part :
            threads.invokeAll(List.of(rotate, rotate, rotate, rotate))) {
          assertThat(part.get().complete()).isTrue();
          done += part.get().done();
        }
        assertThat(done).isEqualTo(50);
      }
      assertThat(store.keys().get(0).sessions()).isEqualTo(50);
    } finally {
      threads.shutdownNow();
    }
    // What a rotation tells the triggers stays in its transaction.
    database.execute("update user_sessions set phone = '+10005550199' where user_id = 'u1'");
    assertThat(database.value("select revision from user_sessions where user_id = 'u1'"))
        .isEqualTo("2");
  }
}
