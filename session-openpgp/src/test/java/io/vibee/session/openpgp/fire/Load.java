package io.vibee.session.openpgp.fire;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.Session;
import io.vibee.session.SessionStore;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** Runs four readers, two writers and a heartbeat, none of which may ever see an error. */
final class Load implements AutoCloseable {
  /**
   * Every fourth of the first users is never saved, so that its revision shows what rotation does.
   */
  static final int UNTOUCHED = 4;

  private final AtomicInteger streams = new AtomicInteger();
  private final AtomicInteger finds = new AtomicInteger();
  private final AtomicInteger saves = new AtomicInteger();
  private final AtomicInteger heartbeats = new AtomicInteger();
  private final AtomicLong touched = new AtomicLong();

  private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(7);
  private final List<Future<?>> work = new ArrayList<>();
  private final Additions additions;
  private final Users users;
  private final long[] revisions = new long[Users.FIRST + 1];

  Load(
      TestDatabase database,
      Users users,
      SessionStore readers,
      SessionStore writers,
      Random seeds) {
    this.users = users;
    additions = new Additions(database, users, writers);
    Arrays.fill(revisions, 1);
    Random byUser = new Random(seeds.nextLong());
    Random bySession = new Random(seeds.nextLong());
    Random saved = new Random(seeds.nextLong());
    List<String> all = IntStream.rangeClosed(1, Users.FIRST).mapToObj(n -> "sess_" + n).toList();
    // With pauses, as agents make them: the test's two cores are for the rotation too.
    every(200, () -> stream(readers));
    every(200, () -> stream(readers));
    every(5, () -> find(readers, byUser, true));
    every(5, () -> find(readers, bySession, false));
    every(2, () -> save(writers, saved));
    every(10, additions::next);
    every(2_000, () -> heartbeat(writers, all));
  }

  private void every(int milliseconds, Runnable step) {
    work.add(threads.scheduleWithFixedDelay(step, 0, milliseconds, TimeUnit.MILLISECONDS));
  }

  private void stream(SessionStore store) {
    users.checkAll(store);
    streams.incrementAndGet();
  }

  private void find(SessionStore store, Random random, boolean byUser) {
    int user = 1 + random.nextInt(users.added());
    int atLeast = users.timesChanged(user);
    Session session =
        (byUser ? store.findByUserId("" + user) : store.findBySessionId("sess_" + user))
            .orElseThrow(() -> new AssertionError("user " + user + " is lost"));
    users.check(session, atLeast);
    finds.incrementAndGet();
  }

  private void save(SessionStore store, Random random) {
    int user = 1 + random.nextInt(Users.FIRST);
    if (user % UNTOUCHED == 0) return;
    Session session = store.findByUserId("" + user).orElseThrow();
    users.check(session, users.timesChanged(user));
    assertThat(session.revision()).as("revision of %s", session).isEqualTo(revisions[user]);
    int choice = random.nextInt(10);
    Session changed =
        switch (choice) {
          case 0, 1 -> session.toBuilder().autoReplyEnabled(!session.autoReplyEnabled()).build();
          case 2, 3 -> session.toBuilder().apiHash(users.change(user)).build();
          default -> session; // as stored: nothing changes
        };
    if (choice < 4) revisions[user]++;
    Session stored = store.save(changed).session();
    if (choice == 2 || choice == 3) users.changed(user);
    assertThat(stored.revision())
        .as(
            "revision of %s, which had key version %s, by change %s",
            stored, session.keyVersion(), choice)
        .isEqualTo(revisions[user]);
    saves.incrementAndGet();
  }

  private void heartbeat(SessionStore store, List<String> all) {
    // It skips rows that are locked for long: by a key change by hand, which moves all of them, or
    // by a killed process whose server process has not noticed yet.
    int now = store.touch(all);
    assertThat(now).isLessThanOrEqualTo(Users.FIRST);
    touched.addAndGet(now);
    heartbeats.incrementAndGet();
  }

  @Override
  public String toString() {
    return "%s streams, %s finds, %s saves, %s heartbeats, %s"
        .formatted(streams, finds, saves, heartbeats, additions);
  }

  /** Checks that everybody did something. */
  void checkWorked() {
    assertThat(List.of(streams.get(), finds.get(), saves.get(), heartbeats.get()))
        .allMatch(count -> count > 0);
    assertThat(touched.get())
        .as("sessions that heartbeats came to: most of them")
        .isGreaterThan(heartbeats.get() * (long) Users.FIRST / 2);
    additions.check();
  }

  /** Throws the first error, if there was one. */
  void check() throws Exception {
    for (Future<?> thread : work) {
      if (thread.isDone()) thread.get();
    }
  }

  /** Ends the load, after finishing what is under way. */
  @Override
  public void close() {
    threads.shutdown();
    try {
      if (threads.awaitTermination(1, TimeUnit.MINUTES)) return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new AssertionError("readers or writers hang");
  }
}
