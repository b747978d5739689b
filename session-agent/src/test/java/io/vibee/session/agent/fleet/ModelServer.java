package io.vibee.session.agent.fleet;

import io.vibee.session.FleetWorld;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/** The server of a simulated fleet's database: its clock, timeline, transactions and locks. */
final class ModelServer {
  private static final int BITS_BELOW_TIMELINE = 40;

  private final RandomGenerator random;
  private final LongSupplier time;
  private final History history = new History();
  private final Map<Long, Integer> heldFast = new HashMap<>();

  private long world = 1;
  private long timeline = 1;
  private long settled = 1;
  private int epoch;
  private long clockAhead;

  ModelServer(RandomGenerator random, LongSupplier time) {
    this.random = random;
    this.time = time;
  }

  long time() {
    return time.getAsLong();
  }

  /** Its own clock, which jumps. */
  long clock() {
    return time() + clockAhead;
  }

  void jump(long nanos) {
    clockAhead += nanos;
  }

  FleetWorld world() {
    return new FleetWorld(world, timeline);
  }

  boolean isOn(long timeline) {
    return this.timeline == timeline;
  }

  /** Returns the lowest number that no earlier timeline has given out. */
  long aboveEarlierTimelines(long number) {
    return Math.max(number, timeline << BITS_BELOW_TIMELINE);
  }

  boolean isSettled() {
    return settled == timeline;
  }

  /** An agent that has waited has claimed. */
  void settle() {
    if (isSettled()) return;
    long before = settled;
    change(() -> settled = before);
    settled = timeline;
  }

  /** Something is about to be changed, and can be made as it was. */
  void change(Runnable back) {
    history.add(time(), back);
  }

  /** Whether a claim holds the row of an agent, so that its end has to wait. */
  boolean isHeldFast(long agent) {
    return heldFast.getOrDefault(agent, 0) > 0;
  }

  void holdFast(AgentRow agent, int claims) {
    heldFast.merge(agent.id, claims, Integer::sum);
  }

  /** Another one after each crash: transactions of an earlier one are no more. */
  int epoch() {
    return epoch;
  }

  void rollBack() {
    epoch++;
    heldFast.clear();
  }

  void crash() {
    rollBack();
    world = random.nextLong();
  }

  /** Another server becomes the primary, which has not got the last transactions. */
  void promote(long lost) {
    history.loseSince(time() - lost);
    timeline++;
  }
}
