package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.StoreUnavailableException;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How long a call waits for a connection: a request of the REST API waits with it. */
@Tag("slow")
class ConnectionPoolTest {
  private static void assertUnavailable(JdbcSessionStore store, String message) {
    long start = System.nanoTime();
    assertThatThrownBy(() -> store.findByUserId("1"))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining(message);
    assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(9));
  }

  @Test
  void saysThatAllConnectionsAreInUse() throws Exception {
    TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
    database.insertByGuide("1", "sess_1");
    CountDownLatch working = new CountDownLatch(4);
    CountDownLatch end = new CountDownLatch(1);
    List<FutureTask<Void>> loads = new ArrayList<>();
    try (JdbcSessionStore store = database.store()) {
      for (int i = 0; i < 4; i++) {
        FutureTask<Void> load =
            new FutureTask<>(
                () -> {
                  store.forEachActive(
                      session -> {
                        working.countDown();
                        try {
                          end.await();
                        } catch (InterruptedException e) {
                          Thread.currentThread().interrupt();
                        }
                      },
                      unreadable -> {});
                  return null;
                });
        loads.add(load);
        new Thread(load).start();
      }
      working.await();
      assertUnavailable(store, "all 4 connections");
      end.countDown();
      for (FutureTask<Void> load : loads) load.get(1, TimeUnit.MINUTES);
      assertThat(store.findByUserId("1")).isPresent();
    }
  }

  @Test
  void doesNotWaitForAServerThatDoesNotAnswer() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        JdbcSessionStore store =
            JdbcSessionStore.open(
                "postgresql://postgres@localhost:" + silent.getLocalPort() + "/x")) {
      assertUnavailable(store, "cannot be reached");
    }
  }
}
