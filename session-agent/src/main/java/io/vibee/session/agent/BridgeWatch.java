package io.vibee.session.agent;

import io.vibee.session.SessionReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the bridge at once and then regularly, less often while it fails, and about new sessions as
 * soon as they are started. Reports each failure once, when it begins. Runs on its own thread, so
 * that a slow bridge holds up nothing else.
 */
final class BridgeWatch implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(BridgeWatch.class);

  /** When a session was last asked about, and how that went. */
  private record Asked(long round, boolean failed) {
    static final Asked NEVER = new Asked(0, false);
  }

  private final BridgeRounds bridge;
  private final Supplier<List<String>> held;
  private final BridgeNews news;
  private final Duration interval;
  private final BackOff backOff;
  private final Ticker ticker;
  private final Alarm alarm;
  private final Map<String, Asked> asked = new HashMap<>();
  private long round;
  private boolean down;

  BridgeWatch(
      BridgeRounds bridge,
      Supplier<List<String>> held,
      BridgeNews news,
      Duration interval,
      BackOff backOff,
      Ticker ticker) {
    this.bridge = bridge;
    this.held = held;
    this.news = news;
    this.interval = interval;
    this.backOff = backOff;
    this.ticker = ticker;
    this.alarm = new Alarm(ticker);
  }

  /** Asks about newly started sessions now, unless the bridge is failing. Thread-safe. */
  void askForStarted() {
    alarm.ring();
  }

  /** Ends the thread, as interrupting it does. */
  void stop() {
    alarm.end();
  }

  @Override
  public void run() {
    try {
      while (!alarm.isOver()) {
        if (askForAll()) awaitNextRound();
        else alarm.pause(backOff.next());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RejectedExecutionException e) {
      // The rounds were closed, so this thread is to end.
    }
  }

  private void awaitNextRound() throws InterruptedException {
    long end = ticker.now() + interval.toNanos();
    long left = interval.toNanos();
    while (left > 0 && alarm.waitAtMost(Duration.ofNanos(left))) {
      left = end - ticker.now();
      if (left > 0 && !askForNew()) return;
    }
  }

  /** Asks about all sessions; returns false if the bridge fails as a whole. */
  private boolean askForAll() throws InterruptedException {
    List<String> sessions = held.get();
    forgetAllBut(sessions);
    if (sessions.isEmpty()) return true;
    round++;
    // Sessions that the last round did not get to come first, those that failed come last.
    List<String> inOrder = new ArrayList<>(sessions);
    inOrder.sort(
        Comparator.comparing(
            id -> asked.getOrDefault(id, Asked.NEVER),
            Comparator.comparingLong(Asked::round).thenComparing(Asked::failed)));
    BridgeRounds.Answers answers = bridge.all(inOrder);
    if (answers.down() != null) {
      if (!down) fails(answers.down());
      down = true;
      return false;
    }
    if (down) log.warn("the bridge answers again");
    down = false;
    backOff.reset();
    report(answers);
    return true;
  }

  private void fails(String reason) {
    log.warn(
        "the bridge {}; sessions keep running, and it is asked again until it answers", reason);
    news.bridgeFails(reason);
  }

  /**
   * Returns false if there was no answer for any new session, which may mean that the bridge fails
   * as a whole.
   */
  private boolean askForNew() throws InterruptedException {
    List<String> all = held.get();
    forgetAllBut(all);
    List<String> sessions = all.stream().filter(id -> !asked.containsKey(id)).toList();
    if (sessions.isEmpty()) return true;
    BridgeRounds.Answers answers = bridge.each(sessions);
    if (answers.authorized().isEmpty()) return false;
    report(answers);
    return true;
  }

  /** Forgets stopped sessions, so that they count as new when they are started again. */
  private void forgetAllBut(List<String> sessions) {
    asked.keySet().retainAll(Set.copyOf(sessions));
  }

  private void report(BridgeRounds.Answers answers) {
    List<SessionReport> reports = new ArrayList<>();
    answers
        .authorized()
        .forEach(
            (id, authorized) -> {
              reports.add(SessionReport.of(id, authorized));
              asked.put(id, new Asked(round, false));
            });
    List<String> failing = new ArrayList<>();
    answers
        .failures()
        .forEach(
            (id, reason) -> {
              Asked before = asked.put(id, new Asked(round, true));
              if (before != null && before.failed()) return;
              reports.add(SessionReport.failed(id, "the bridge " + reason));
              failing.add(id + ": the bridge " + reason);
            });
    if (!failing.isEmpty()) {
      log.warn("no state of {} more session(s), such as {}", failing.size(), failing.get(0));
    }
    news.ofSessions(reports);
  }
}
