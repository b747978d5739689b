package io.vibee.session.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vibee.session.Secret;
import io.vibee.session.Session;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // closes may throw what they like
class AccountsTest {
  private static final StartQueue.Pace AT_ONCE =
      new StartQueue.Pace(Integer.MAX_VALUE, Duration.ZERO);
  private static final String HASH = "0123456789abcdef0123456789abcdef";

  private final List<String> calls = new CopyOnWriteArrayList<>();
  private final List<String> read = new CopyOnWriteArrayList<>();
  private final AtomicLong time = new AtomicLong();
  private final Set<String> failing = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch never = new CountDownLatch(1);
  private final Map<String, Session> stored = new HashMap<>();
  private boolean takesOver;
  private Accounts accounts = accounts(this::start, Runnable::run, AT_ONCE);

  @AfterEach
  void end() {
    accounts.stop();
    threads.shutdownNow();
  }

  private Accounts accounts(SessionHandler handler, Executor executor, StartQueue.Pace pace) {
    return new Accounts(
        handler,
        executor,
        new Ticker(time::get, Duration.ofMillis(1)),
        pace,
        () -> new BackOff(Duration.ofMinutes(5), () -> 0),
        new Accounts.Listener() {
          @Override
          public void started(String sessionId) {}

          @Override
          public void reload(String userId, String sessionId) {
            read.add(userId);
            synchronized (stored) {
              Session session = stored.get(userId);
              if (session == null) accounts.remove(userId);
              else accounts.put(session);
            }
          }
        });
  }

  private void put(Session session) {
    synchronized (stored) {
      stored.put(session.userId(), session);
      accounts.put(session);
    }
  }

  private void remove(String userId) {
    synchronized (stored) {
      stored.remove(userId);
      accounts.remove(userId);
    }
  }

  private void inBackground() {
    threads.execute(accounts);
  }

  private AutoCloseable start(Session session) throws Exception {
    String id = session.sessionId();
    calls.add("start " + id);
    if (failing.contains("start " + id)) throw new IllegalStateException("made up");
    AutoCloseable connection =
        () -> {
          calls.add("close " + id);
          if (failing.contains("close " + id)) throw new IllegalStateException("made up");
        };
    return takesOver ? takingOver(id, connection) : connection;
  }

  private RunningSession takingOver(String id, AutoCloseable connection) {
    return new RunningSession() {
      @Override
      public boolean update(Session changed) {
        calls.add("update " + id + " " + changed.username());
        return !failing.contains("update " + id);
      }

      @Override
      public void close() throws Exception {
        connection.close();
      }
    };
  }

  private void pass(Duration duration) {
    time.addAndGet(duration.toNanos());
    accounts.remove("nobody"); // looks at what is due
  }

  private static void awaitWhateverComes(CountDownLatch latch) {
    while (latch.getCount() > 0) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        // It heeds no interrupt.
      }
    }
  }

  private static Session session(String user, String id, long revision) {
    return session(user, id, revision, Instant.EPOCH);
  }

  private static Session session(String user, String id, long revision, Instant created) {
    return Session.builder(user, id, 94892, Secret.of(HASH))
        .username("revision " + revision)
        .stored(created, created, revision, 1)
        .build();
  }

  @Test
  void startsAndClosesEachOnce() {
    put(session("1", "a", 1));
    put(session("1", "a", 1));
    assertThat(accounts.running()).containsExactly("a");
    remove("1");
    remove("1");
    assertThat(calls).containsExactly("start a", "close a");
    assertThat(accounts.running()).isEmpty();
    assertThat(accounts.wantedUsers()).isEmpty();
  }

  @Test
  void closesAndStartsAgainWhatChanged() {
    put(session("1", "a", 1));
    put(session("1", "a", 2));
    put(session("1", "a", 1));
    assertThat(calls).containsExactly("start a", "close a", "start a");
  }

  @Test
  void letsARunningSessionTakeOverChangedValues() {
    takesOver = true;
    put(session("1", "a", 1));
    put(session("1", "a", 2));
    put(session("1", "a", 2));
    assertThat(calls).containsExactly("start a", "update a revision 2");
    failing.add("update a");
    put(session("1", "a", 3));
    assertThat(calls)
        .containsExactly(
            "start a", "update a revision 2", "update a revision 3", "close a", "start a");
  }

  @Test
  void noticesAChangedHashAndNotAChangedFlagOfTheBridge() {
    Session first = session("1", "a", 1);
    put(first);
    put(first.toBuilder().authorized(true).stored(Instant.EPOCH, Instant.EPOCH, 2, 1).build());
    assertThat(calls).containsExactly("start a");
    put(
        first.toBuilder()
            .apiHash(Secret.of("another_made_up_hash"))
            .stored(Instant.EPOCH, Instant.EPOCH, 3, 1)
            .build());
    assertThat(calls).containsExactly("start a", "close a", "start a");
  }

  @Test
  void followsValuesWithoutARevision() {
    Session environment = Session.builder("1", "a", 94892, Secret.of(HASH)).build();
    put(environment);
    put(environment.toBuilder().build());
    assertThat(calls).containsExactly("start a");
    put(environment.toBuilder().apiId(94893).build());
    assertThat(calls).containsExactly("start a", "close a", "start a");
  }

  @Test
  void closesTheOldSessionBeforeItStartsAnotherOfTheUser() {
    put(session("1", "a", 1));
    put(session("1", "b", 2));
    assertThat(calls).containsExactly("start a", "close a", "start b");
    assertThat(accounts.running()).containsExactly("b");
  }

  @Test
  void connectsNoSessionForTwoUsers() {
    put(session("1", "a", 1));
    put(session("2", "a", 1));
    assertThat(calls).containsExactly("start a", "close a", "start a");
    assertThat(accounts.wantedUsers()).containsExactly("2");
    remove("1");
    assertThat(accounts.running()).containsExactly("a");
  }

  @Test
  void exchangesTheSessionsOfTwoUsers() {
    put(session("1", "a", 1));
    put(session("2", "b", 1));
    put(session("1", "b", 2));
    put(session("2", "a", 2));
    assertThat(calls)
        .containsExactly("start a", "start b", "close b", "close a", "start b", "start a");
    assertThat(accounts.running()).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void takesASessionThatWasDeletedAndAddedAgainForAnotherOne() {
    put(session("1", "a", 7));
    put(session("1", "a", 1, Instant.ofEpochSecond(1)));
    assertThat(calls).containsExactly("start a", "close a", "start a");
  }

  @Test
  void triesAFailedStartAgainWithWhatIsStoredThen() {
    failing.add("start a");
    put(session("1", "a", 1));
    put(session("2", "b", 1));
    assertThat(calls).as("others start").containsExactly("start a", "start b");
    assertThat(accounts.running()).containsExactly("b");
    pass(Duration.ofMillis(999));
    assertThat(read).isEmpty();
    pass(Duration.ofMillis(1));
    assertThat(read).containsExactly("1");
    assertThat(calls).containsExactly("start a", "start b", "start a");
    pass(Duration.ofMillis(1999));
    assertThat(calls).hasSize(3);
    failing.clear();
    pass(Duration.ofMillis(1));
    assertThat(accounts.running()).containsExactlyInAnyOrder("a", "b");
    assertThat(calls).hasSize(4);
  }

  @Test
  void triesChangedValuesAtOnce() {
    failing.add("start a");
    put(session("1", "a", 1));
    failing.clear();
    put(session("1", "a", 1));
    assertThat(calls).as("the same ones wait").containsExactly("start a");
    put(session("1", "a", 2));
    assertThat(calls).containsExactly("start a", "start a");
    assertThat(accounts.running()).containsExactly("a");
  }

  @Test
  void doesNotTryAgainWhatIsNoLongerWanted() {
    failing.add("start a");
    put(session("1", "a", 1));
    remove("1");
    pass(Duration.ofHours(1));
    assertThat(calls).containsExactly("start a");
    assertThat(accounts.wantedUsers()).isEmpty();
  }

  @Test
  void startsNothingAgainUntilItsCloseHasReturned() {
    failing.add("close a");
    put(session("1", "a", 1));
    put(session("1", "a", 2));
    put(session("2", "a", 1));
    assertThat(calls).containsExactly("start a", "close a");
    pass(Duration.ofSeconds(1));
    assertThat(calls).as("closed again").containsExactly("start a", "close a", "close a");
    failing.clear();
    pass(Duration.ofSeconds(2));
    assertThat(calls).containsExactly("start a", "close a", "close a", "close a", "start a");
    assertThat(accounts.wantedUsers()).containsExactly("2");
  }

  @Test
  void takesNullForAFailedStart() {
    accounts = accounts(session -> null, Runnable::run, AT_ONCE);
    put(session("1", "a", 1));
    assertThat(accounts.running()).isEmpty();
    assertThat(accounts.end(System.nanoTime())).isEmpty();
  }

  @Test
  void isolatesAHandlerThatHangs() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    accounts =
        accounts(
            session -> {
              if (session.userId().equals("1")) release.await();
              return start(session);
            },
            threads,
            new StartQueue.Pace(1, Duration.ZERO));
    inBackground();
    put(session("1", "a", 1));
    put(session("2", "b", 1));
    pass(Duration.ofSeconds(29));
    assertThat(calls).isEmpty();
    pass(Duration.ofSeconds(2));
    await().until(() -> calls.contains("start b"));
    put(session("3", "a", 1));
    assertThat(accounts.running()).doesNotContain("a");
    release.countDown();
    await().until(() -> calls.contains("close a"));
    await().until(() -> accounts.running().contains("a"));
    assertThat(calls).containsExactly("start b", "start a", "close a", "start a");
  }

  @Test
  void startsNoMoreThanThePaceAllows() throws Exception {
    AtomicInteger most = new AtomicInteger();
    AtomicInteger now = new AtomicInteger();
    accounts =
        accounts(
            session -> {
              most.accumulateAndGet(now.incrementAndGet(), Math::max);
              never.await(2, TimeUnit.MILLISECONDS);
              now.decrementAndGet();
              return start(session);
            },
            threads,
            new StartQueue.Pace(3, Duration.ZERO));
    inBackground();
    for (int i = 0; i < 50; i++) put(session("u" + i, "s" + i, 1));
    await().until(() -> accounts.running().size() == 50);
    assertThat(most).hasValueLessThanOrEqualTo(3);
  }

  @Test
  void startsOneAfterTheOtherInTheOrderOfTheLoad() {
    accounts = accounts(this::start, Runnable::run, new StartQueue.Pace(8, Duration.ofMillis(20)));
    for (int i = 0; i < 3; i++) put(session("u" + i, "s" + i, 1));
    assertThat(calls).containsExactly("start s0");
    pass(Duration.ofMillis(19));
    assertThat(calls).hasSize(1);
    pass(Duration.ofMillis(1));
    assertThat(calls).containsExactly("start s0", "start s1");
    pass(Duration.ofMillis(500));
    assertThat(calls).containsExactly("start s0", "start s1", "start s2");
  }

  @Test
  void endsAllForGoodAndNamesWhatDidNotEnd() throws Exception {
    CountDownLatch hang = new CountDownLatch(1);
    accounts =
        accounts(
            session -> {
              AutoCloseable connection = start(session);
              if (session.userId().equals("starts")) awaitWhateverComes(hang);
              if (!session.userId().equals("closes")) return connection;
              return hang::await;
            },
            threads,
            AT_ONCE);
    inBackground();
    for (int i = 0; i < 200; i++) put(session("u" + i, "s" + i, 1));
    put(session("starts", "x", 1));
    put(session("closes", "y", 1));
    put(session("fails", "z", 1));
    failing.add("close z");
    await().until(() -> accounts.running().size() == 202);
    List<String> left = accounts.end(System.nanoTime() + Duration.ofMillis(300).toNanos());
    assertThat(left)
        .containsExactlyInAnyOrder(
            "x (its start has not returned)",
            "y (its close has not returned)",
            "z (its close failed)");
    put(session("late", "late", 1));
    assertThat(calls).doesNotContain("start late").contains("close s0", "close s199");
    hang.countDown();
    await().until(() -> calls.contains("close x"));
  }

  @Test
  void survivesAnExecutorThatRefuses() {
    AtomicBoolean full = new AtomicBoolean(true);
    accounts =
        accounts(
            this::start,
            task -> {
              if (full.get()) throw new RejectedExecutionException("made up");
              task.run();
            },
            AT_ONCE);
    put(session("1", "a", 1));
    assertThat(accounts.running()).isEmpty();
    full.set(false);
    pass(Duration.ofSeconds(1));
    assertThat(accounts.running()).containsExactly("a");
    full.set(true);
    remove("1");
    full.set(false);
    pass(Duration.ofSeconds(2));
    assertThat(calls).containsExactly("start a", "close a");
  }

  /**
   * Whatever is said in whatever order, no session is connected twice, and the last word counts.
   */
  @Test
  void neverConnectsASessionTwice() throws Exception {
    ConcurrentHashMap<String, Boolean> connected = new ConcurrentHashMap<>();
    List<String> twice = new CopyOnWriteArrayList<>();
    accounts =
        accounts(
            session -> {
              String id = session.sessionId();
              if (connected.put(id, true) != null) twice.add(id);
              if (ThreadLocalRandom.current().nextInt(20) == 0) {
                connected.remove(id);
                throw new IllegalStateException("made up");
              }
              AtomicBoolean closed = new AtomicBoolean();
              return () -> {
                if (ThreadLocalRandom.current().nextInt(5) == 0) {
                  throw new IllegalStateException("made up");
                }
                if (!closed.getAndSet(true)) connected.remove(id);
              };
            },
            threads,
            new StartQueue.Pace(4, Duration.ZERO));
    inBackground();
    List<Session> last = new ArrayList<>();
    for (int round = 0; round < 3000; round++) {
      int user = ThreadLocalRandom.current().nextInt(5);
      String id = "s" + ThreadLocalRandom.current().nextInt(5);
      if (round % 3 == 0) remove("u" + user);
      else put(session("u" + user, id, round));
      if (round % 100 == 0) {
        never.await(1, TimeUnit.MILLISECONDS);
        pass(Duration.ofSeconds(5));
      }
    }
    for (int user = 0; user < 5; user++) last.add(session("u" + user, "last" + user, 9999));
    last.forEach(this::put);
    await()
        .until(
            () -> {
              pass(Duration.ofMinutes(6));
              return connected.size() == 5 && accounts.running().size() == 5;
            });
    assertThat(twice).isEmpty();
    assertThat(connected).containsOnlyKeys("last0", "last1", "last2", "last3", "last4");
    assertThat(accounts.wantedUsers()).hasSize(5);
  }
}
