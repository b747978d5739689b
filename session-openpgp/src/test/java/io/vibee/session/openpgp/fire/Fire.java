package io.vibee.session.openpgp.fire;

import io.vibee.session.jdbc.testing.TestDatabase;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Starts rotations, and kills the processes that carry them out. */
final class Fire implements AutoCloseable {
  private static final int BATCH = 1_000;

  /** A batch takes some 150 ms here, so that a kill may come at any point of it. */
  private static final int LONGEST_DELAY_MICROS = 150_000;

  /** A key change takes less. */
  private static final int SHORTEST_DELAY_MICROS = 5_000;

  private final TestDatabase database;
  private final Load load;
  private final List<String> keys;
  private final Random random;
  private final Deque<RotatorProcess> ready = new ArrayDeque<>();
  private final RawKeyChange byHand;
  private int killsInKeyChange;
  private int killsInRotation;
  private int hits;

  Fire(TestDatabase database, Load load, List<String> keys, Random random) throws IOException {
    this.database = database;
    this.load = load;
    this.keys = keys;
    this.random = random;
    byHand = new RawKeyChange(database);
    for (int i = 0; i < 3; i++) ready.add(RotatorProcess.start(database, keys));
  }

  int kills() {
    return killsInKeyChange + killsInRotation;
  }

  int hits() {
    return hits;
  }

  /** Begins one rotation, with five kills; it is under way when this returns, or complete. */
  void rotate(Target from, Target to) throws Exception {
    killInKeyChange(to);
    kill(started(to), 0.3);
    if (to != Target.DATABASE) byHand.beRefused();
    RotatorProcess next = resumed(to);
    // Soon, since such a change moves all rows itself, except those from outside the database.
    if (to == Target.DATABASE && from != to) whileRawChange(() -> kill(next, 0));
    else kill(next, 0.8);
    RotatorProcess one = resumed(to);
    RotatorProcess other = started(Target.CURRENT);
    one.await(Rotator.CHANGED, 1);
    if (to == Target.DATABASE && from == to) whileRawChange(() -> killBoth(one, other, 0));
    else killBoth(one, other, 0.3);
    load.check();
  }

  /** Resumes the rotation, or begins another if it is nearly complete. */
  private RotatorProcess resumed(Target to) throws Exception {
    return started(left(database) < 3 * BATCH ? to : Target.CURRENT);
  }

  private void killBoth(RotatorProcess one, RotatorProcess other, double atMostOfLeft)
      throws Exception {
    kill(one, atMostOfLeft);
    kill(other, atMostOfLeft);
  }

  private RotatorProcess started(Target target) throws Exception {
    RotatorProcess process = ready.remove();
    ready.add(RotatorProcess.start(database, keys));
    process.tell(target);
    return process;
  }

  private void killInKeyChange(Target target) throws Exception {
    RotatorProcess process = started(target);
    process.await(Rotator.CHANGING, 1);
    pause(SHORTEST_DELAY_MICROS);
    process.kill();
    killsInKeyChange++;
  }

  /**
   * Kills the process after it moved some of the remaining rows, between two batches or inside one.
   */
  private void kill(RotatorProcess process, double atMostOfLeft) throws Exception {
    process.await(Rotator.CHANGED, 1);
    int batches = (int) (left(database) * atMostOfLeft * random.nextDouble() / BATCH);
    process.await(Rotator.BATCH, batches);
    pause(LONGEST_DELAY_MICROS);
    String lastWord = process.kill();
    killsInRotation++;
    if (!lastWord.equals(Rotator.COMPLETE) && left(database) > 0) hits++;
  }

  /** Pauses for a random time, not to wait for something but to strike at any moment. */
  private void pause(int atMostMicros) {
    LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(random.nextInt(atMostMicros)));
  }

  private interface Action {
    void run() throws Exception;
  }

  private void whileRawChange(Action action) throws Exception {
    Future<?> change = byHand.begin();
    action.run();
    change.get(1, TimeUnit.MINUTES);
  }

  /** Counts the sessions that are not encrypted with the current key. */
  static long left(TestDatabase database) {
    return Long.parseLong(
        database.value(
            """
            select count(*) from user_sessions
             where key_version <> (select version from encryption_keys where id = 1)
            """));
  }

  @Override
  public String toString() {
    return "%d kills in key changes, %d in rotations, of which %d with rows left; %s"
        .formatted(killsInKeyChange, killsInRotation, hits, byHand);
  }

  @Override
  public void close() {
    byHand.close();
    ready.forEach(RotatorProcess::discard);
  }
}
