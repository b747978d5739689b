package io.vibee.session.agent.storm;

import io.vibee.session.agent.storm.StormProxy.Weather;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Lets everything go wrong with a fleet, at random. */
final class Storm {
  private static final long TICK_MILLIS = 20;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final List<Weather> FOUL =
      List.of(Weather.CUT, Weather.HELD, Weather.HALF_OPEN, Weather.DEAF, Weather.SLOW);

  /**
   * What an operator does who knows why agents die. A storm kills the holders of each session again
   * and again, which makes all of them suspects: those are started one by one, if at all.
   */
  private static final String CLEAR =
      """
      select count(session_fleet_clear(session_id))
        from (select session_id from session_leases
               where bad_ends > 0 or reason = 'holders died' order by session_id) as spoiled
      """;

  @FunctionalInterface
  private interface Step {
    void run() throws IOException, InterruptedException;
  }

  /** What ends a fault, or is its next step. */
  private record Later(long at, int number, Step step) implements Comparable<Later> {
    @Override
    public int compareTo(Later other) {
      return at == other.at ? Integer.compare(number, other.number) : Long.compare(at, other.at);
    }
  }

  private final StormFleet fleet;
  private final Random random;
  private final CountDownLatch never = new CountDownLatch(1);
  private final PriorityQueue<Later> later = new PriorityQueue<>();
  private final List<String> told = new ArrayList<>();

  /** Slots with whose process something is being done. */
  private final Set<Integer> busy = new HashSet<>();

  private int numbers;
  private boolean operator;
  private boolean databaseIsDown;
  private boolean deploys;
  private int databaseIsAhead;
  private long nextClear;

  Storm(StormFleet fleet, long seed) {
    this.fleet = fleet;
    this.random = new Random(seed);
  }

  /** Lets somebody clear, every second, what is suspected of having killed its holders. */
  Storm withOperator() {
    operator = true;
    return this;
  }

  /** What was done, with the milliseconds since Telegram was started. */
  List<String> told() {
    return List.copyOf(told);
  }

  private void tell(String what) {
    told.add(fleet.telegram().age() + " ms: " + what);
  }

  /** Waits for a moment in which all sessions are connected; returns how long that took. */
  Duration awaitAll(Duration most) throws IOException, InterruptedException {
    Duration took = tryAll(most);
    if (took.compareTo(most) < 0) return took;
    throw new AssertionError("not connected after " + most + ": " + fleet.missing());
  }

  /** The same; returns that time or more if there was no such moment. */
  Duration tryAll(Duration most) throws IOException, InterruptedException {
    long begun = System.nanoTime();
    while (!fleet.missing().isEmpty() && System.nanoTime() - begun < most.toNanos()) tick();
    return Duration.ofNanos(System.nanoTime() - begun);
  }

  /** Lets nothing happen for a time, but what supervisors and operators do. */
  void calm(Duration time) throws IOException, InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) tick();
  }

  /** Makes faults for a time, ends all of them, and waits for processes that were told to end. */
  void rage(Duration time) throws IOException, InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    long next = 0;
    while (System.nanoTime() < end) {
      tick();
      if (System.nanoTime() < next) continue;
      next = System.nanoTime() + millis(200, 1_200);
      fault();
    }
    long patience = System.nanoTime() + PATIENCE.toNanos();
    while (!later.isEmpty()) {
      Later step = later.remove();
      // A database that just came up, or a deploy's last steps, may need the time they were given.
      while (deploys && System.nanoTime() < step.at)
        never.await(TICK_MILLIS, TimeUnit.MILLISECONDS);
      step.step.run();
    }
    while (!fleet.ending().isEmpty()) {
      if (System.nanoTime() > patience) throw new AssertionError("does not end: " + fleet.ending());
      tick();
    }
    tell("calm");
  }

  private void tick() throws IOException, InterruptedException {
    never.await(TICK_MILLIS, TimeUnit.MILLISECONDS);
    long now = System.nanoTime();
    while (!later.isEmpty() && later.peek().at <= now) later.remove().step.run();
    for (int slot = 0; slot < fleet.setup().agents(); slot++) {
      if (busy.contains(slot) || fleet.agent(slot).isAlive()) continue;
      tell("agent-" + slot + " ended by itself: " + fleet.agent(slot).process().exitValue());
      fleet.restart(slot);
    }
    if (operator && !databaseIsDown && now > nextClear) {
      clear();
      nextClear = now + TimeUnit.SECONDS.toNanos(1);
    }
  }

  private void clear() {
    try {
      String cleared = fleet.database().value(CLEAR);
      if (!cleared.equals("0")) tell("cleared " + cleared);
    } catch (SQLException e) {
      tell("the database does not answer: " + e.getSQLState());
    }
  }

  private void after(long nanos, Step step) {
    later.add(new Later(System.nanoTime() + nanos, numbers++, step));
  }

  private long millis(int from, int to) {
    return TimeUnit.MILLISECONDS.toNanos(from + random.nextInt(to - from));
  }

  private void fault() throws IOException, InterruptedException {
    int slot = random.nextInt(fleet.setup().agents());
    int kind = random.nextInt(100);
    if (kind < 22) kill(slot);
    else if (kind < 42) suspend(slot);
    else if (kind < 67) weather(slot);
    else if (kind < 72) killDatabase();
    else if (kind < 77) deploy();
    else if (kind < 88) drop();
    else if (!fleet.setup().faketime().isEmpty()) jump(slot);
  }

  private void kill(int slot) throws InterruptedException {
    if (!busy.add(slot)) return;
    tell("kill -9 of agent-" + slot);
    fleet.agent(slot).kill();
    after(
        random.nextBoolean() ? 0 : millis(0, 3_000),
        () -> {
          busy.remove(slot);
          fleet.restart(slot);
        });
  }

  /** Up to twice as long as others wait for it. */
  private void suspend(int slot) throws IOException, InterruptedException {
    if (!busy.add(slot)) return;
    long time = millis(200, 2 * (int) fleet.setup().times().silence().toMillis());
    tell("SIGSTOP of agent-" + slot + " for " + TimeUnit.NANOSECONDS.toMillis(time) + " ms");
    StormProcess process = fleet.agent(slot);
    process.suspend();
    after(
        time,
        () -> {
          busy.remove(slot);
          process.resume();
          tell("SIGCONT of agent-" + slot);
        });
  }

  private void weather(int slot) {
    Weather weather = FOUL.get(random.nextInt(FOUL.size()));
    long time = millis(300, 7_000);
    tell(weather + " for agent-" + slot + ", " + TimeUnit.NANOSECONDS.toMillis(time) + " ms");
    fleet.network(slot).be(weather);
    after(time, () -> fleet.network(slot).be(Weather.FAIR));
  }

  private void killDatabase() throws InterruptedException {
    if (databaseIsDown) return;
    databaseIsDown = true;
    tell("kill -9 of the database");
    fleet.database().kill();
    after(
        millis(0, 5_000),
        () -> {
          fleet.database().start();
          databaseIsDown = false;
          tell("the database is up");
        });
  }

  /** Replaces one agent after the other by a newer one. */
  private void deploy() {
    if (deploys) return;
    deploys = true;
    tell("a deploy begins");
    fleet.nextGeneration();
    for (int i = 0; i < fleet.setup().agents(); i++) {
      int slot = i;
      after(
          TimeUnit.MILLISECONDS.toNanos(700L * i),
          () -> {
            if (!busy.contains(slot)) fleet.replace(slot);
          });
    }
    after(TimeUnit.MILLISECONDS.toNanos(700L * fleet.setup().agents()), () -> deploys = false);
  }

  private void drop() {
    tell("Telegram drops connections");
    for (int i = 0; i < 10; i++) {
      fleet.telegram().drop("s" + (1 + random.nextInt(fleet.setup().sessions())));
    }
  }

  /**
   * That of an agent jumps in both directions, the database's ahead alone: after a jump back, the
   * signs of life of the fleet's own agents are taken for those of one that takes no part, and
   * their sessions pause for five minutes.
   */
  private void jump(int slot) throws IOException {
    int seconds = random.nextBoolean() ? 30 : 3_600;
    if (random.nextInt(3) == 0) {
      databaseIsAhead += seconds;
      tell("the database's clock jumps to " + databaseIsAhead + " s ahead");
      fleet.databaseClock().jump(databaseIsAhead);
      return;
    }
    if (random.nextBoolean()) seconds = -seconds;
    if (random.nextInt(4) == 0) seconds = 0;
    tell("the clock of agent-" + slot + " jumps to " + seconds + " s");
    fleet.agent(slot).clock().jump(seconds);
  }
}
