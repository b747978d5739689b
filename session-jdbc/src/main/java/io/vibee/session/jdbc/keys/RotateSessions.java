package io.vibee.session.jdbc.keys;

import io.vibee.session.MasterKeyMissingException;
import io.vibee.session.RotationProgress;
import io.vibee.session.StoreUnavailableException;
import io.vibee.session.jdbc.rows.SessionReader;
import io.vibee.session.jdbc.sql.Jdbc;
import io.vibee.session.jdbc.sql.SqlErrors;
import io.vibee.session.jdbc.sql.Tx;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves all sessions to the current key, in passes over the table and batches of one transaction
 * each.
 *
 * <p>The first pass leaves out rows that somebody else has locked, so that several processes share
 * the work. Later passes wait for such rows, until one finds nothing that it can move.
 */
public final class RotateSessions {
  private static final Logger log = LoggerFactory.getLogger(RotateSessions.class);

  private static final String LEFT =
      """
      select k.version, (select count(*) from @home@.user_sessions where key_version <> k.version),
             exists (select from @home@.encryption_keys where key_fingerprint is not null)
        from @home@.encryption_keys k where k.id = 1
      """;

  private static final long RECOUNT_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Jdbc jdbc;
  private final SessionReader reader;
  private final Predicate<? super RotationProgress> keepGoing;
  private final long start = System.nanoTime();
  private long counted;
  private int keyVersion;
  private boolean keysOutside;
  private long left;
  private long done;
  private long unreadable;
  private boolean held;

  /** Prepares a rotation that asks after each batch whether to keep going. */
  public RotateSessions(
      Jdbc jdbc, SessionReader reader, Predicate<? super RotationProgress> keepGoing) {
    this.jdbc = jdbc;
    this.reader = reader;
    this.keepGoing = keepGoing;
  }

  /**
   * Rotates, and retires the keys that no session needs any more. Ends early, and says so in the
   * log, if a lock or a batch takes too long after some sessions were moved.
   */
  public RotationProgress run() {
    try {
      count();
      // The first pass proves little: it leaves out what others have locked.
      boolean goesOn = pass(false);
      while (goesOn && left > 0 && !held) {
        long doneBefore = done;
        int keyBefore = keyVersion;
        goesOn = pass(true);
        if (done == doneBefore && keyVersion == keyBefore) break;
      }
      if (held) {
        log.warn(
            "the rotation ends with {} sessions left: somebody holds one of them, or the key; rotate"
                + " again; {}",
            left,
            SqlErrors.FIND_HOLDER);
      } else if (goesOn) {
        retire();
      }
      RotationProgress end = progress();
      log.info(
          "rotated {} sessions to key version {} in {} ms: {} are left, {} of them cannot be read",
          end.done(),
          end.keyVersion(),
          end.elapsed().toMillis(),
          end.left(),
          end.unreadable());
      return end;
    } finally {
      reader.reportTampering(jdbc);
    }
  }

  private void retire() {
    try {
      KeyTable.retire(jdbc);
    } catch (StoreUnavailableException e) {
      if (done == 0 || !isGivenUp(e)) throw e;
      log.warn("keys that no session needs are retired by the next rotation: {}", e.getMessage());
    }
  }

  /** Whether the server ended a statement because a lock or the work took too long. */
  private static boolean isGivenUp(StoreUnavailableException error) {
    String state = error.sqlState();
    return state.equals(SqlErrors.LOCK_NOT_AVAILABLE) || state.equals(SqlErrors.QUERY_CANCELED);
  }

  /** Returns false if the caller wants to stop. */
  private boolean pass(boolean waits) {
    unreadable = 0;
    boolean goesOn =
        moveAll(RotationStep.IN_DATABASE, waits)
            && (!keysOutside || held || moveAll(new RotateInProcess(reader), waits));
    if (!held) recount();
    return goesOn;
  }

  private boolean moveAll(RotationStep step, boolean waits) {
    long lastId = Long.MIN_VALUE;
    while (true) {
      long from = lastId;
      RotationStep.Batch batch;
      try {
        batch = jdbc.write(tx -> step.move(tx, from, waits));
      } catch (StoreUnavailableException e) {
        // An error would mean that nothing was changed.
        if (done == 0 || !isGivenUp(e)) throw e;
        held = true;
        return true;
      }
      if (batch.tried() == 0) return true;
      lastId = batch.lastId();
      done += batch.moved();
      left = Math.max(0, left - batch.moved());
      unreadable += batch.unreadable();
      if (System.nanoTime() - counted > RECOUNT_NANOS) recount();
      if (!keepGoing.test(progress())) return false;
    }
  }

  /** Counts what is left; failing to do so must not hide what was already moved. */
  private void recount() {
    try {
      count();
    } catch (StoreUnavailableException e) {
      if (done == 0 || !isGivenUp(e)) throw e;
      held = true;
    }
  }

  private void count() {
    Count count = jdbc.read(RotateSessions::count);
    keyVersion = count.keyVersion();
    left = count.left();
    keysOutside = count.keysOutside();
    counted = System.nanoTime();
  }

  private record Count(int keyVersion, long left, boolean keysOutside) {}

  private static Count count(Tx tx) throws SQLException {
    @Nullable Count count =
        tx.query(LEFT).first(row -> new Count(row.getInt(1), row.getLong(2), row.getBoolean(3)));
    if (count == null) throw new MasterKeyMissingException();
    return count;
  }

  private RotationProgress progress() {
    return new RotationProgress(
        keyVersion, done, left, unreadable, Duration.ofNanos(System.nanoTime() - start));
  }
}
