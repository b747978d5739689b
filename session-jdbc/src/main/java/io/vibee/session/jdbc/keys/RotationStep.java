package io.vibee.session.jdbc.keys;

import io.vibee.session.jdbc.sql.Tx;
import java.sql.SQLException;

/** Moves some of the sessions after an id to the current key, in a given transaction. */
@FunctionalInterface
interface RotationStep {
  /**
   * How many rows a step tries: few, since heartbeats of these sessions wait for some 30 ms
   * meanwhile.
   */
  int BATCH = 1_000;

  /**
   * Moves the next batch.
   *
   * @param lastId the id that the previous batch ended with
   * @param waits whether to wait for rows that somebody else has locked, or to leave them out
   */
  Batch move(Tx tx, long lastId, boolean waits) throws SQLException;

  /**
   * The outcome of a step.
   *
   * @param lastId the id of the last row that it tried
   * @param unreadable rows that no key opens, not counting those whose key this process lacks
   */
  record Batch(long lastId, int tried, int moved, int unreadable) {}

  String FOLLOW =
      "select last_id, tried, moved from @home@.session_follow_key(?::bigint, ?::integer, ?::boolean)";

  /**
   * Moves sessions from one of the database's own keys to another; hashes do not leave the
   * database.
   */
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
