package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vibee.session.SaveResult;
import io.vibee.session.Session;
import io.vibee.session.StoreUnavailableException;
import io.vibee.session.jdbc.testing.OwnThreads;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ConcurrentUseTest {
  private final TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
  private final JdbcSessionStore store = database.store();

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void upsertsOfOneUserFromManyThreadsLeaveOneRow() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(16);
    try {
      List<Callable<SaveResult<Session>>> saves = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        Session session = TestSessions.session("1").toBuilder().phone("+1000555" + i).build();
        saves.add(() -> store.save(session));
      }
      int created = 0;
      for (Future<SaveResult<Session>> save : threads.invokeAll(saves)) {
        if (save.get().created()) created++;
      }
      assertThat(created).isOne();
      assertThat(database.value("select count(*) from user_sessions")).isEqualTo("1");
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void takesTwoFirstSavesOfOneSessionForAnAddAndAnUpdate() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      for (int round = 0; round < 100; round++) {
        Session session = TestSessions.session("r" + round);
        List<Callable<SaveResult<Session>>> saves =
            java.util.Collections.nCopies(4, () -> store.save(session));
        int created = 0;
        for (Future<SaveResult<Session>> save : threads.invokeAll(saves)) {
          if (save.get().created()) created++;
        }
        assertThat(created).isOne();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void touchesFromTwoSidesWithoutDeadlock() throws Exception {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      ids.add(store.save(TestSessions.session("u" + i)).session().sessionId());
    }
    List<String> reversed = new ArrayList<>(ids);
    java.util.Collections.reverse(reversed);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<Integer>> touches = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        List<String> order = i % 2 == 0 ? ids : reversed.subList(0, 100 + i);
        touches.add(() -> store.touch(order));
      }
      for (Future<Integer> touch : threads.invokeAll(touches)) assertThat(touch.get()).isPositive();
    } finally {
      threads.shutdownNow();
    }
  }

  /**
   * Nor does it keep anybody waiting, as a pool would for the thirty seconds that a connection may
   * take.
   */
  @Test
  @Timeout(25)
  void leavesNoThreadBehindWhenClosedDuringTheFirstUse() throws Exception {
    OwnThreads threads = new OwnThreads();
    for (int round = 0; round < 100; round++) {
      threads.during(this::closeDuringTheFirstUse);
    }
    await()
        .until(
            () ->
                threads.alive().stream()
                    .noneMatch(thread -> thread.getName().startsWith("vibee-session")));
  }

  private Void closeDuringTheFirstUse() throws InterruptedException {
    JdbcSessionStore racing = database.store();
    Thread user = new Thread(() -> use(racing));
    user.start();
    racing.close();
    user.join();
    return null;
  }

  private static void use(JdbcSessionStore store) {
    try {
      store.findByUserId("1");
    } catch (IllegalStateException | StoreUnavailableException e) {
      // The store was closed before the call or during it.
    }
  }
}
