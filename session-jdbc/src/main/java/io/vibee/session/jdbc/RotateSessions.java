package io.vibee.session.jdbc;

import io.vibee.session.RotationProgress;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Moves all sessions to the current key: in passes over the table, in batches that are a
 * transaction each.
 *
 * <p>The first pass leaves out rows that somebody else has locked, so that several processes share
 * the work. Later ones wait for them, until a pass finds nothing that it can move.
 */
final class RotateSessions {
  private static final String LEFT =
      """
      select k.version, (select count(*) from user_sessions where key_version <> k.version)
        from encryption_keys k where k.id = 1
      """;

  /** Small, since heartbeats of these sessions wait meanwhile: some 30 ms. */
  static final int BATCH = 1_000;

  private static final long RECOUNT_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Moves some of the sessions behind an id, in a transaction that it is given. */
  @FunctionalInterface
  interface Step {
    Batch move(Connection connection, long lastId, boolean skipLocked) throws SQLException;
  }

  /**
   * What a step came to.
   *
   * @param lastId the last row that it tried
   */
  record Batch(long lastId, int tried, int moved) {}

  private final List<Step> steps;
  private final Jdbc jdbc;
  private final SessionReader reader;
  private final Predicate<? super RotationProgress> goOn;
  private final long start = System.nanoTime();
  private long counted;
  private int keyVersion;
  private long left;
  private long done;
  private long unreadable;

  RotateSessions(Jdbc jdbc, SessionReader reader, Predicate<? super RotationProgress> goOn) {
    this.jdbc = jdbc;
    this.reader = reader;
    this.goOn = goOn;
    this.steps = List.of(new FollowInDatabase(), new ResealHere(reader));
  }

  RotationProgress run() {
    try {
      count();
      long before;
      boolean first = true;
      do {
        before = done;
        if (!pass(first)) return progress();
        first = false;
        count();
      } while (left > 0 && (done > before || left > unreadable));
      KeyTable.retire(jdbc);
      return progress();
    } finally {
      reader.reportTampering(jdbc);
    }
  }

  /** Returns false when it was cancelled. */
  private boolean pass(boolean skipLocked) {
    unreadable = 0;
    for (Step step : steps) {
      long lastId = -1;
      while (true) {
        long from = lastId;
        Batch batch = jdbc.repeatable(connection -> step.move(connection, from, skipLocked));
        if (batch.tried() == 0) break;
        lastId = batch.lastId();
        done += batch.moved();
        left = Math.max(0, left - batch.moved());
        unreadable += batch.tried() - batch.moved();
        if (System.nanoTime() - counted > RECOUNT_NANOS) count();
        if (!goOn.test(progress())) return false;
      }
    }
    return true;
  }

  private void count() {
    jdbc.statement(
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(LEFT);
              ResultSet row = statement.executeQuery()) {
            row.next();
            keyVersion = row.getInt(1);
            left = row.getLong(2);
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
