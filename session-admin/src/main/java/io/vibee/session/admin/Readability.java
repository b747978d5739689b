package io.vibee.session.admin;

import io.vibee.session.ManagedSessionStore;
import io.vibee.session.Session;
import io.vibee.session.SessionException;
import io.vibee.session.SessionSummary;
import io.vibee.session.UnreadableSession;
import io.vibee.session.UnreadableSession.Reason;
import io.vibee.session.UnreadableSessionException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells which sessions this process can read. No column says so, since the key may be kept outside
 * the database: all sessions are read as a load reads them, by another thread and once for everyone
 * who asks. That takes up at most a twentieth of the time, so what is said of many sessions may be
 * older than they are.
 */
final class Readability {
  private static final Logger log = LoggerFactory.getLogger(Readability.class);

  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** How long to wait if there is an earlier reading to fall back on. */
  private static final Duration SHORT_PATIENCE = Duration.ofMillis(250);

  private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();
  private static final int REST = 20;

  /** How many problems are kept. Further ones are only counted: so many have one cause. */
  private static final int KEPT = 10_000;

  private final ManagedSessionStore store;
  private final Executor reader;
  private @Nullable Reading last;
  private volatile @Nullable All known;

  Readability(ManagedSessionStore store, Executor reader) {
    this.store = store;
    this.reader = reader;
  }

  /** A session as it is reported, which may lack its control characters. */
  private record Key(String userId, String sessionId) {
    static Key of(UnreadableSession session) {
      return new Key(session.userId(), session.sessionId());
    }

    static Key of(SessionSummary session) {
      return of(
          UnreadableSession.of(
              session.userId(), session.sessionId(), true, Reason.NOT_DECRYPTABLE));
    }
  }

  /**
   * Says whether a session can be read.
   *
   * @param known whether the answer is known
   * @param problem why it cannot be read; null if it can
   */
  record State(boolean known, @Nullable Reason problem) {
    static final State UNKNOWN = new State(false, null);
    static final State READABLE = new State(true, null);
  }

  /** All sessions at one moment. */
  static final class All {
    private final Map<Key, Reason> problems = new HashMap<>();
    private long authorized;
    private long unauthorized;
    private long inactive;
    private long unreadable;
    private boolean cut;

    private void readable(Session session) {
      if (!session.active()) inactive++;
      else if (session.authorized()) authorized++;
      else unauthorized++;
    }

    private void unreadable(UnreadableSession session) {
      if (!session.active()) inactive++;
      else unreadable++;
      if (problems.size() < KEPT) problems.put(Key.of(session), session.reason());
      else cut = true;
    }

    State of(SessionSummary session) {
      @Nullable Reason problem = problems.get(Key.of(session));
      if (problem == null && cut) return State.UNKNOWN;
      return problem == null ? State.READABLE : new State(true, problem);
    }

    /** Counts the active ones that can be read and whose account is logged in. */
    long authorized() {
      return authorized;
    }

    /** Counts the active ones that can be read and whose account is not logged in. */
    long unauthorized() {
      return unauthorized;
    }

    long inactive() {
      return inactive;
    }

    /** Counts the active ones that cannot be read. */
    long unreadable() {
      return unreadable;
    }
  }

  /** One reading of all sessions, and when it took place. */
  private static final class Reading {
    private final CompletableFuture<All> all = new CompletableFuture<>();
    private volatile boolean begun;
    private volatile boolean outdated;
    private volatile long started;
    private volatile long ended;

    boolean isUsable() {
      if (!all.isDone()) return true;
      long took = ended - started;
      long rest = all.isCompletedExceptionally() ? 0 : REST * took;
      return System.nanoTime() - ended < (outdated ? took : Math.max(FRESH_NANOS, rest));
    }
  }

  /**
   * Returns all sessions, as they were last read if a new reading takes too long; null if they
   * never were read, or cannot be.
   */
  @Nullable All all() {
    Duration patience = known == null ? PATIENCE : SHORT_PATIENCE;
    try {
      return reading().all.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return known;
    } catch (ExecutionException | RejectedExecutionException e) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  /** Reads one session now; a failure must not hide that the session was found or changed. */
  State of(SessionSummary session) {
    try {
      boolean there = store.findByUserId(session.userId()).isPresent();
      return there ? State.READABLE : State.UNKNOWN;
    } catch (UnreadableSessionException e) {
      return new State(true, e.session().reason());
    } catch (SessionException e) {
      return State.UNKNOWN;
    }
  }

  /**
   * Makes a change that was made here visible to those who ask, after as long as a reading takes. A
   * reading that has not begun will see it anyway.
   */
  synchronized void changed() {
    if (last == null || !last.begun) return;
    if (last.all.isDone()) last.outdated = true;
    else last = null;
  }

  private synchronized Reading reading() {
    if (last == null || !last.isUsable()) {
      Reading next = new Reading();
      reader.execute(() -> read(next));
      last = next;
    }
    return last;
  }

  private void read(Reading reading) {
    reading.begun = true;
    reading.started = System.nanoTime();
    try {
      All all = new All();
      store.forEach(all::readable, all::unreadable);
      reading.ended = System.nanoTime();
      known = all;
      reading.all.complete(all);
    } catch (RuntimeException e) {
      log.warn("which sessions can be read is not known: {}", StoreErrors.place(e));
      known = null;
      reading.ended = System.nanoTime();
      reading.all.completeExceptionally(e);
    } catch (Error e) {
      reading.ended = System.nanoTime();
      reading.all.completeExceptionally(e);
      throw e;
    }
  }
}
