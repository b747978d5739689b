package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.Secret;
import io.vibee.session.Session;
import io.vibee.session.jdbc.testing.Canary;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Keys change while agents read and operators write, by library and by hand. */
@Tag("slow")
class KeyChangeUnderLoadTest {
  private static final int ROWS = 300;
  private static final int CHANGES = 15;

  @ParameterizedTest
  @EnumSource
  void losesNothingAndFailsNobody(Postgres postgres) throws Exception {
    TestDatabase database = TestDatabase.migrated(postgres);
    for (int i = 0; i < ROWS; i++) database.insertByGuide("u" + i, "sess_u" + i);
    AtomicBoolean done = new AtomicBoolean();
    AtomicInteger added = new AtomicInteger();
    AtomicInteger loads = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(7);
    try (JdbcSessionStore store = database.store()) {
      List<Future<?>> work = new ArrayList<>();
      for (int reader = 0; reader < 2; reader++) {
        work.add(threads.submit(until(done, () -> load(store, loads))));
      }
      for (int writer = 0; writer < 2; writer++) {
        work.add(
            threads.submit(
                until(
                    done,
                    () -> {
                      int n = added.incrementAndGet();
                      if (n % 2 == 0) database.insertByGuide("w" + n, "sess_w" + n);
                      else store.save(TestSessions.session("w" + n));
                    })));
      }
      work.add(threads.submit(until(done, () -> rehash(store))));
      List<String> held = IntStream.range(0, ROWS).mapToObj(i -> "sess_u" + i).toList();
      work.add(threads.submit(until(done, () -> assertThat(store.touch(held)).isEqualTo(ROWS))));
      for (int change = 0; change < CHANGES; change++) {
        database.execute("update encryption_keys set master_key = session_new_key() where id = 1");
      }
      done.set(true);
      for (Future<?> thread : work) thread.get();
      assertThat(loads.get()).isPositive();
      assertThat(added.get()).isPositive();
      assertThat(load(store, loads)).isEqualTo(ROWS + added.get());
    } finally {
      done.set(true);
      threads.shutdownNow();
    }
    assertThat(
            database.value(
                "select count(*) from user_sessions where key_version <> (select version from encryption_keys where id = 1)"))
        .as("the troubleshooting SELECT works for every row")
        .isEqualTo("0");
    assertThat(database.value("select max(version) from encryption_keys"))
        .isEqualTo("" + (CHANGES + 2));
  }

  /** An operator who sets one user's hash by hand at the same moment. */
  private static void rehash(JdbcSessionStore store) {
    Session session = store.findByUserId("u1").orElseThrow();
    store.save(session.toBuilder().apiHash(Secret.of("another_made_up_hash")).build());
    store.save(session.toBuilder().apiHash(Secret.of(Canary.API_HASH)).build());
  }

  private static int load(JdbcSessionStore store, AtomicInteger loads) {
    int[] count = {0};
    store.forEachActive(
        session -> {
          boolean known =
              session.apiHash().equals(Secret.of(Canary.API_HASH)) || session.userId().equals("u1");
          if (!known) throw new AssertionError("a wrong hash for " + session);
          count[0]++;
        },
        unreadable -> {
          throw new AssertionError(unreadable.toString());
        });
    loads.incrementAndGet();
    return count[0];
  }

  private static Callable<Void> until(AtomicBoolean done, Runnable work) {
    return () -> {
      while (!done.get()) work.run();
      return null;
    };
  }
}
