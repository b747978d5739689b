package io.vibee.session.testkit.memory;

import io.vibee.session.SessionException;
import io.vibee.session.StoreUnavailableException;
import io.vibee.session.UnreadableSession.Reason;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes things go wrong in an {@link InMemorySessionStore}, so that a test can see its agent cope.
 * Each fault lasts until it is ended, and affects every store and view of the same data.
 * Thread-safe.
 *
 * <pre>{@code
 * store.faults().unavailable();
 * agent.heartbeat(); // must survive
 * store.faults().end();
 * }</pre>
 */
public final class StoreFaults {
  private final MemoryTables tables;
  private volatile @Nullable Supplier<? extends SessionException> failure;
  private volatile Duration delay = Duration.ZERO;

  StoreFaults(MemoryTables tables) {
    this.tables = tables;
  }

  /**
   * Makes every call fail as if the database could not be reached, with a {@link
   * StoreUnavailableException}.
   */
  public void unavailable() {
    failing(
        () ->
            new StoreUnavailableException(
                "the database cannot be reached: check that it runs, and the host and port in"
                    + " DATABASE_URL (08001: made by a test)",
                "08001",
                null));
  }

  /**
   * Makes every call fail with an error of the test's choice.
   *
   * @param error makes the error, a new one for each call
   */
  public void failing(Supplier<? extends SessionException> error) {
    failure = Objects.requireNonNull(error, "error");
  }

  /**
   * Makes every call wait before it does its work. Interrupting the waiting thread ends the wait
   * with a {@link StoreUnavailableException}.
   *
   * @param wait how long to wait
   */
  public void slow(Duration wait) {
    if (wait.isNegative()) throw new IllegalArgumentException("wait must not be negative");
    delay = wait;
  }

  /**
   * Damages a session's hash: it cannot be decrypted until it is saved again.
   *
   * @param sessionId the session's id
   * @throws io.vibee.session.SessionNotFoundException if there is no such session
   */
  public void undecryptable(String sessionId) {
    unreadable(sessionId, Reason.NOT_DECRYPTABLE);
  }

  /**
   * Makes a session unreadable until its hash is saved again.
   *
   * @param sessionId the session's id
   * @param reason what is wrong with it
   * @throws io.vibee.session.SessionNotFoundException if there is no such session
   */
  public void unreadable(String sessionId, Reason reason) {
    Objects.requireNonNull(reason, "reason");
    tables.transaction(
        () -> {
          tables.setFault(sessionId, reason);
          return true;
        });
  }

  /**
   * Lets the database break down and start again: {@linkplain io.vibee.session.SessionChanges
   * feeds} read all sessions again. Nothing is lost.
   */
  public void restart() {
    tables.transaction(
        () -> {
          tables.fleet().restart();
          return true;
        });
  }

  /**
   * Puts a standby in the database's place: claims that name the earlier timeline are refused, and
   * {@linkplain io.vibee.session.FleetView#settled nobody has waited} yet. Nothing is lost.
   */
  public void promote() {
    tables.transaction(
        () -> {
          tables.fleet().promote();
          return true;
        });
  }

  /** Ends all faults; sessions that were made unreadable can be read again. */
  public void end() {
    failure = null;
    delay = Duration.ZERO;
    tables.transaction(
        () -> {
          tables.clearFaults();
          return true;
        });
  }

  /** Applies the fault; every call of a store starts with this. */
  void apply() {
    if (!delay.isZero()) {
      try {
        Thread.sleep(delay.toMillis(), delay.toNanosPart() % 1_000_000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new StoreUnavailableException("interrupted while the database was slow", "", null);
      }
    }
    @Nullable Supplier<? extends SessionException> error = failure;
    if (error != null) throw error.get();
  }
}
