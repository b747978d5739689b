package io.vibee.session.jdbc.keys;

import io.vibee.session.jdbc.sql.Tx;
import java.sql.SQLException;

/**
 * Moves some of the sessions behind an id to the current key, in a transaction that it is given.
 */
@FunctionalInterface
interface RotationStep {
  /** How many rows a step tries. Few, since heartbeats of these sessions wait meanwhile: 30 ms. */
  int BATCH = 1_000;

  /**
   * Moves the next batch.
   *
   * @param waits whether it waits for rows that somebody else has locked, or leaves them out
   */
  Batch move(Tx tx, long lastId, boolean waits) throws SQLException;

  /**
   * What a step came to.
   *
   * @param lastId the last row that it tried
   * @param unreadable those that no key opens; others were not moved for want of their key
   */
  record Batch(long lastId, int tried, int moved, int unreadable) {}

  String FOLLOW =
      "select last_id, tried, moved from @home@.session_follow_key(?::bigint, ?::integer, ?::boolean)";

  /** From one of the database's own keys to another: they do not leave it. */
  RotationStep IN_DATABASE =
      (tx, lastId, waits) ->
          tx.query(FOLLOW)
              .bigint(lastId)
              .integer(BATCH)
              .flag(!waits)
              .one(
                  row -> {
                    int tried = row.getInt(2);
                    int moved = row.getInt(3);
                    return new Batch(row.getLong(1), tried, moved, tried - moved);
                  });
}
