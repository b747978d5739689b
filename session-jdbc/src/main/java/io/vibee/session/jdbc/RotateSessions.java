package io.vibee.session.jdbc;

import io.vibee.session.MasterKeyMissingException;
import io.vibee.session.RotationProgress;
import io.vibee.session.StoreUnavailableException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves all sessions to the current key: in passes over the table, in batches that are a
 * transaction each.
 *
 * <p>The first pass leaves out rows that somebody else has locked, so that several processes share
 * the work. Later ones wait for them, until a pass finds nothing that it can move.
 */
final class RotateSessions {
  private static final Logger log = LoggerFactory.getLogger(RotateSessions.class);

  private static final String LEFT =
      """
      select k.version, (select count(*) from @home@.user_sessions where key_version <> k.version),
             exists (select from @home@.encryption_keys where key_fingerprint is not null)
        from @home@.encryption_keys k where k.id = 1
      """;

  /** Small, since heartbeats of these sessions wait meanwhile: some 30 ms. */
  static final int BATCH = 1_000;

  private static final long RECOUNT_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Moves some of the sessions behind an id, in a transaction that it is given. */
  @FunctionalInterface
  interface Step {
    Batch move(Tx tx, long lastId, boolean waits) throws SQLException;
  }

  /**
   * What a step came to.
   *
   * @param lastId the last row that it tried
   * @param unreadable those that no key opens; others were not moved for want of their key
   */
  record Batch(long lastId, int tried, int moved, int unreadable) {}

  private final Jdbc jdbc;
  private final SessionReader reader;
  private final Predicate<? super RotationProgress> goOn;
  private final long start = System.nanoTime();
  private long counted;
  private int keyVersion;
  private boolean keysOutside;
  private long left;
  private long done;
  private long unreadable;
  private boolean held;

  RotateSessions(Jdbc jdbc, SessionReader reader, Predicate<? super RotationProgress> goOn) {
    this.jdbc = jdbc;
    this.reader = reader;
    this.goOn = goOn;
  }

  RotationProgress run() {
    try {
      count();
      // The first pass says little: it leaves out what others have locked.
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

  /** A statement that the server ended, since a lock or its work took too long. */
  private static boolean isGivenUp(StoreUnavailableException error) {
    String state = error.sqlState();
    return state.equals(SqlErrors.LOCK_NOT_AVAILABLE) || state.equals(SqlErrors.QUERY_CANCELED);
  }

  /** Returns false when it was cancelled. */
  private boolean pass(boolean waits) {
    unreadable = 0;
    boolean goesOn =
        moveAll(new FollowInDatabase(), waits)
            && (!keysOutside || held || moveAll(new ResealHere(reader), waits));
    if (!held) recount();
    return goesOn;
  }

  private boolean moveAll(Step step, boolean waits) {
    long lastId = Long.MIN_VALUE;
    while (true) {
      long from = lastId;
      Batch batch;
      try {
        batch = jdbc.write(tx -> step.move(tx, from, waits));
      } catch (StoreUnavailableException e) {
        // An error would say that nothing was changed.
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
      if (!goOn.test(progress())) return false;
    }
  }

  /** What was moved is told also where the rest cannot be counted. */
  private void recount() {
    try {
      count();
    } catch (StoreUnavailableException e) {
      if (done == 0 || !isGivenUp(e)) throw e;
      held = true;
    }
  }

  private void count() {
    jdbc.read(
        tx -> {
          try (PreparedStatement statement = tx.prepare(LEFT);
              ResultSet row = statement.executeQuery()) {
            if (!row.next()) throw new MasterKeyMissingException();
            keyVersion = row.getInt(1);
            left = row.getLong(2);
            keysOutside = row.getBoolean(3);
            return left;
          }
        });
    counted = System.nanoTime();
  }

  private RotationProgress progress() {
    return new RotationProgress(
        keyVersion, done, left, unreadable, Duration.ofNanos(System.nanoTime() - start));
  }
}
