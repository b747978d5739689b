package io.vibee.session.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vibee.session.Secret;
import io.vibee.session.Session;
import io.vibee.session.SessionSource;
import io.vibee.session.SessionStore;
import io.vibee.session.UnreadableSession;
import io.vibee.session.agent.bridge.Bridge;
import io.vibee.session.jdbc.testing.CapturedLog;
import io.vibee.session.jdbc.testing.OwnThreads;
import io.vibee.session.testkit.SettableClock;
import io.vibee.session.testkit.TestSessions;
import io.vibee.session.testkit.memory.InMemorySessionStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One test for each finding of the review; each fails on 227c32e. */
@SuppressWarnings("try") // closes may throw what they like
class AgentUnderFaultsTest {
  private static final StartQueue.Pace AT_ONCE =
      new StartQueue.Pace(Integer.MAX_VALUE, Duration.ZERO);
  private static final String HASH = "0123456789abcdef0123456789abcdef";

  private final List<String> calls = new CopyOnWriteArrayList<>();
  private final AtomicLong time = new AtomicLong();
  private final Set<String> failing = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final SettableClock clock = SettableClock.at(Instant.parse("2026-11-30T00:00:00Z"));
  private final InMemorySessionStore store = new InMemorySessionStore(clock);
  private final CountDownLatch never = new CountDownLatch(1);
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
          public void reload(String userId, String sessionId) {}
        });
  }

  private AutoCloseable start(Session session) {
    String id = session.sessionId();
    calls.add("start " + id);
    if (failing.contains("start " + id)) throw new IllegalStateException("made up");
    return () -> {
      calls.add("close " + id);
      if (failing.contains("close " + id)) throw new IllegalStateException("made up");
    };
  }

  private void pass(Duration duration) {
    time.addAndGet(duration.toNanos());
    accounts.remove("nobody"); // looks at what is due
  }

  private static Session session(String user, String id, long revision) {
    return Session.builder(user, id, 94892, Secret.of(HASH))
        .stored(Instant.EPOCH, Instant.EPOCH, revision, 1)
        .build();
  }

  private SessionAgentBuilder overAll(SessionHandler handler) {
    return SessionAgent.over(SessionSource.ofAllActive(store), handler);
  }

  private static boolean isOfAnAgent(@Nullable Thread thread) {
    return thread != null && thread.getName().startsWith("session-agent-");
  }

  @Test
  void doesNotTakeForRunningWhatWasClosedInVain() {
    failing.add("close a");
    accounts.put(session("1", "a", 1));
    accounts.remove("1");
    assertThat(calls).containsExactly("start a", "close a");
    failing.clear();
    accounts.put(session("1", "a", 3)); // deactivated and activated: same values, later revision
    pass(Duration.ofMinutes(10));
    assertThat(calls).containsExactly("start a", "close a", "close a", "start a");
  }

  @Test
  void startsOnceWhatTheExecutorTookAndThenThrew() {
    List<Runnable> taken = new ArrayList<>();
    AtomicBoolean broken = new AtomicBoolean(true);
    accounts =
        accounts(
            this::start,
            task -> {
              taken.add(task);
              // as a ThreadPoolExecutor without core threads and ForkJoinPool do: queued, no thread
              if (broken.get()) throw new OutOfMemoryError("unable to create native thread");
            },
            AT_ONCE);
    accounts.put(session("1", "a", 1));
    broken.set(false);
    pass(Duration.ofSeconds(1));
    taken.forEach(Runnable::run);
    assertThat(calls).containsExactly("start a");
  }

  @Test
  @Timeout(value = 10, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void waitsBeforeItHandsOverARefusedUpdateAgain() throws Exception {
    AtomicInteger refused = new AtomicInteger();
    AtomicBoolean full = new AtomicBoolean();
    accounts =
        accounts(
            session ->
                new RunningSession() {
                  @Override
                  public boolean update(Session changed) {
                    return true;
                  }

                  @Override
                  public void close() {}
                },
            task -> {
              if (full.get() && refused.incrementAndGet() < 1_000_000) {
                throw new RejectedExecutionException("made up");
              }
              task.run();
            },
            AT_ONCE);
    accounts.put(session("1", "a", 1));
    full.set(true);
    accounts.put(session("1", "a", 2));
    assertThat(refused).hasValue(1);
  }

  @Test
  void startsInOrderOnAnInlineExecutor() throws Exception {
    int wrong = 0;
    for (int round = 0; round < 3; round++) {
      List<String> expected = new ArrayList<>();
      List<String> order = Collections.synchronizedList(new ArrayList<>());
      accounts =
          accounts(
              session -> {
                order.add(session.sessionId());
                return () -> {};
              },
              Runnable::run,
              AT_ONCE);
      for (int i = 0; i < 5000; i++) {
        accounts.put(session("u" + i, "s" + i, 1));
        expected.add("s" + i);
      }
      List<String> got = List.copyOf(order);
      accounts.stop();
      int differ = 0;
      for (int i = 0; i < Math.min(got.size(), 5000); i++) {
        if (!got.get(i).equals(expected.get(i))) differ++;
      }
      wrong += differ + 5000 - got.size();
    }
    assertThat(wrong).isZero();
  }

  @Test
  void closesWhatConnectsAfterTheEnd() throws Exception {
    store.save(TestSessions.session("1"));
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    SessionAgent agent =
        overAll(
                session -> {
                  entered.countDown();
                  long end = System.nanoTime() + 700_000_000L;
                  // As a driver does that takes no interrupt.
                  while (System.nanoTime() < end) Thread.onSpinWait();
                  calls.add("start");
                  return closed::countDown;
                })
            .closeTimeout(Duration.ofMillis(200))
            .build();
    agent.start();
    entered.await();
    agent.close();
    await().until(() -> calls.contains("start"));
    await().atMost(Duration.ofSeconds(3)).until(() -> closed.getCount() == 0);
  }

  @Test
  void startsNoThreadsAfterItsEnd() throws Exception {
    SessionSource source =
        new SessionSource() {
          @Override
          public String description() {
            return "slow";
          }

          @Override
          public Optional<SessionStore> store() {
            return Optional.of(store);
          }

          @Override
          public void forEach(
              Consumer<? super Session> readable, Consumer<? super UnreadableSession> unreadable) {
            agentToStop.close(); // as another thread does while this one loads
          }
        };
    agentToStop = SessionAgent.over(source, this::start).build();
    OwnThreads own = new OwnThreads();
    own.during(
        () ->
            assertThatThrownBy(() -> agentToStop.start())
                .isInstanceOf(CancellationException.class));
    await().until(() -> own.alive().stream().noneMatch(AgentUnderFaultsTest::isOfAnAgent));
  }

  private SessionAgent agentToStop;

  @Test
  void doesNotStartOnceStopped() throws Exception {
    SessionAgent agent = overAll(this::start).build();
    agent.stop();
    OwnThreads own = new OwnThreads();
    own.during(
        () ->
            assertThatThrownBy(agent::start)
                .isInstanceOfAny(IllegalStateException.class, CancellationException.class));
    await().until(() -> own.alive().stream().noneMatch(AgentUnderFaultsTest::isOfAnAgent));
  }

  @Test
  void endsTwoThousandSessionsWhoseCloseTakesAsLongAsARoundTrip() {
    int n = 2000;
    for (int i = 0; i < n; i++) store.save(TestSessions.session("" + (i + 1)));
    AtomicInteger closed = new AtomicInteger();
    SessionAgent agent =
        overAll(
                session ->
                    () -> {
                      never.await(200, TimeUnit.MILLISECONDS);
                      closed.incrementAndGet();
                    })
            .pace(64, Duration.ZERO)
            .build();
    agent.start();
    await().atMost(Duration.ofSeconds(30)).until(() -> agent.runningSessionIds().size() == n);
    try (CapturedLog log = new CapturedLog(SessionAgent.class.getName())) {
      agent.close();
      assertThat(log.text()).doesNotContain("its close failed");
    }
    assertThat(closed).hasValue(n);
  }

  @Test
  void doesNotTakeForRunningWhatIsBeingClosed() throws Exception {
    CountDownLatch hang = new CountDownLatch(1);
    accounts = accounts(session -> hang::await, threads, AT_ONCE);
    accounts.put(session("1", "a", 1));
    await().until(() -> accounts.running().contains("a"));
    accounts.put(session("1", "b", 2));
    List<String> running = accounts.running();
    hang.countDown();
    assertThat(running).isEmpty();
  }

  @Test
  void tellsACancelledLoad() {
    SessionSource source =
        new SessionSource() {
          @Override
          public String description() {
            return "vault";
          }

          @Override
          public void forEach(
              Consumer<? super Session> readable, Consumer<? super UnreadableSession> unreadable) {
            throw new CancellationException("the vault's client gave up");
          }
        };
    SessionAgent agent = SessionAgent.over(source, this::start).build();
    assertThatThrownBy(agent::run).isInstanceOf(CancellationException.class);
  }

  @Test
  void aSecondRunDoesNotEndTheFirst() {
    store.save(TestSessions.session("1"));
    SessionAgent agent = overAll(this::start).build();
    agent.start();
    await().until(() -> agent.runningSessionIds().size() == 1);
    assertThatThrownBy(agent::run).isInstanceOf(IllegalStateException.class);
    List<String> then = List.copyOf(agent.runningSessionIds());
    agent.close();
    assertThat(then).hasSize(1);
  }

  @Test
  void stopsFromWithinAHandlerWithoutWaitingForItself() {
    store.save(TestSessions.session("1"));
    SessionAgent[] agent = new SessionAgent[1];
    AtomicLong took = new AtomicLong();
    CountDownLatch closed = new CountDownLatch(1);
    agent[0] =
        overAll(
                session -> {
                  long begun = System.nanoTime();
                  agent[0].stop(); // "this account is banned: end everything"
                  took.set(System.nanoTime() - begun);
                  return closed::countDown;
                })
            .build();
    agent[0].run();
    agent[0].close();
    assertThat(closed.getCount()).isZero();
  }

  @Test
  void triesAgainAfterTheStoreThrewSomethingUnexpected() {
    store.save(TestSessions.session("1"));
    AtomicInteger asked = new AtomicInteger();
    SessionStore wrapped =
        (SessionStore)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {SessionStore.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("findByUserId") && asked.incrementAndGet() == 1) {
                    throw new UncheckedIOException(new IOException("made up"));
                  }
                  try {
                    return method.invoke(store, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
    SessionAgent agent =
        SessionAgent.over(
                SessionSource.ofAllActive(wrapped),
                session -> {
                  calls.add("start");
                  if (calls.size() == 1) throw new IllegalStateException("made up");
                  return () -> {};
                })
            .clock(clock)
            .build();
    agent.start();
    try {
      await()
          .atMost(Duration.ofSeconds(5))
          .until(
              () -> {
                clock.advance(Duration.ofMinutes(1));
                return calls.size() > 1;
              });
    } finally {
      agent.close();
    }
  }

  @Test
  void tellsOnceThatOnlyWritesFail() throws Exception {
    SettableClock now = clock;
    Session saved = TestSessions.session("1");
    store.save(saved);
    SessionStore standby =
        (SessionStore)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {SessionStore.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("report")) {
                    InMemorySessionStore down = new InMemorySessionStore(now);
                    down.faults().unavailable();
                    down.check();
                  }
                  try {
                    return method.invoke(store, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
    SessionAgent agent =
        SessionAgent.over(SessionSource.ofAllActive(standby), this::start).clock(clock).build();
    try (CapturedLog log = new CapturedLog(SessionAgent.class.getName())) {
      agent.start();
      await().until(() -> agent.runningSessionIds().size() == 1);
      for (int i = 0; i < 10; i++) {
        agent.changed("1");
        clock.advance(Duration.ofSeconds(61));
        never.await(50, TimeUnit.MILLISECONDS);
      }
      agent.close();
      assertThat(log.lines())
          .filteredOn(line -> line.contains("the store "))
          .singleElement()
          .asString()
          .contains("the store fails");
    }
  }

  @Test
  void writesFewRowsWhileSessionsStart() {
    for (int i = 1; i <= 300; i++) store.save(TestSessions.session("" + i));
    AtomicInteger rows = new AtomicInteger();
    AtomicInteger statements = new AtomicInteger();
    SessionStore counting =
        (SessionStore)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {SessionStore.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("report")) {
                    rows.addAndGet(((Collection<?>) arguments[0]).size());
                    statements.incrementAndGet();
                  }
                  try {
                    return method.invoke(store, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
    SessionAgent agent =
        SessionAgent.over(SessionSource.ofAllActive(counting), this::start).build();
    agent.start();
    await().atMost(Duration.ofSeconds(20)).until(() -> agent.runningSessionIds().size() == 300);
    agent.close();
    assertThat(rows.get()).isLessThan(1200);
  }

  @Test
  void roundsFollowTheClock() {
    store.save(TestSessions.session("1"));
    AtomicInteger asked = new AtomicInteger();
    Bridge bridge =
        new Bridge() {
          @Override
          public boolean isAuthorized(String sessionId) {
            return true;
          }

          @Override
          public Map<String, Boolean> list(Set<String> wanted) {
            asked.incrementAndGet();
            return Map.of("sess_1", true);
          }
        };
    SessionAgent agent = overAll(this::start).bridge(bridge).clock(clock).build();
    agent.start();
    try {
      await().until(() -> agent.runningSessionIds().size() == 1);
      await()
          .atMost(Duration.ofSeconds(5))
          .until(
              () -> {
                clock.advance(Duration.ofSeconds(31));
                return asked.get() >= 2;
              });
    } finally {
      agent.close();
    }
  }

  @Test
  void aBridgeThatThrowsOddlyIsAskedAgain() {
    store.save(TestSessions.session("1"));
    AtomicInteger asked = new AtomicInteger();
    Bridge bridge =
        new Bridge() {
          @Override
          public boolean isAuthorized(String sessionId) {
            return true;
          }

          @Override
          public Map<String, Boolean> list(Set<String> wanted) {
            if (asked.incrementAndGet() == 1) throw new IllegalStateException("made up");
            return Map.of("sess_1", true);
          }
        };
    SessionAgent agent =
        overAll(this::start).bridge(bridge).pollInterval(Duration.ofMillis(100)).build();
    agent.start();
    try {
      await().atMost(Duration.ofSeconds(6)).until(() -> asked.get() >= 2);
    } finally {
      agent.close();
    }
  }

  @Test
  void masksTheOldHashOfARefusedUpdate() {
    try (CapturedLog log = new CapturedLog(SessionAgent.class.getName())) {
      accounts =
          accounts(
              session ->
                  new RunningSession() {
                    @Override
                    public boolean update(Session changed) {
                      throw new IllegalStateException(
                          "cannot go from " + session.apiHash().exposeSecret() + " to another");
                    }

                    @Override
                    public void close() {}
                  },
              Runnable::run,
              AT_ONCE);
      accounts.put(session("1", "a", 1));
      accounts.put(
          session("1", "a", 1).toBuilder()
              .apiHash(Secret.of("another_made_up_hash"))
              .stored(Instant.EPOCH, Instant.EPOCH, 2, 1)
              .build());
      assertThat(log.text()).contains("did not take over").doesNotContain(HASH);
    }
  }

  @Test
  void aHandlerThatLeavesItsThreadInterruptedEndsNothing() {
    accounts =
        accounts(
            session -> {
              if (session.sessionId().equals("b")) Thread.currentThread().interrupt();
              return start(session);
            },
            Runnable::run,
            new StartQueue.Pace(8, Duration.ofMillis(20)));
    threads.execute(accounts);
    accounts.put(session("1", "a", 1));
    accounts.put(session("2", "b", 1));
    accounts.put(session("3", "c", 1));
    await()
        .atMost(Duration.ofSeconds(3))
        .until(
            () -> {
              time.addAndGet(Duration.ofMillis(20).toNanos());
              return calls.size() == 3;
            });
  }
}
