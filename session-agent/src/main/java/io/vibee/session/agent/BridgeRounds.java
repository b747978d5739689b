package io.vibee.session.agent;

import io.vibee.session.agent.bridge.Bridge;
import io.vibee.session.agent.bridge.BridgeException;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks the bridge for many sessions: first for the list of all, in one request; then for each
 * session that the list does not name, a few at a time. A round ends within its limit; sessions
 * that it did not get to are not in its answers.
 */
final class BridgeRounds implements AutoCloseable {
  private static final int AT_ONCE = 8;

  private final Bridge bridge;
  private final Duration limit;
  private final ExecutorService askers =
      Executors.newFixedThreadPool(AT_ONCE, task -> AgentThread.daemon("bridge", task));

  BridgeRounds(Bridge bridge, Duration limit) {
    this.bridge = bridge;
    this.limit = limit;
  }

  /**
   * The result of a round.
   *
   * @param authorized the sessions that the bridge gave an answer for
   * @param failures the sessions that it gave no usable answer for, with the reason
   * @param down why the bridge fails as a whole; null if it does not
   */
  record Answers(
      Map<String, Boolean> authorized, Map<String, String> failures, @Nullable String down) {}

  /** Asks for all sessions; earlier ones in the list are asked first. */
  Answers all(List<String> sessionIds) throws InterruptedException {
    Round round = new Round();
    try {
      Map<String, Boolean> listed = list(Set.copyOf(sessionIds));
      round.authorized.putAll(listed);
      round.ask(sessionIds.stream().filter(id -> !listed.containsKey(id)).toList());
      return round.answers(null);
    } catch (BridgeException e) {
      // A bridge may lack the list. If it fails for each of the first few, the others are not
      // tried.
      int first = Math.min(AT_ONCE, sessionIds.size());
      round.ask(sessionIds.subList(0, first));
      if (round.authorized.isEmpty()) return round.answers(e.getMessage());
      round.ask(sessionIds.subList(first, sessionIds.size()));
      return round.answers(null);
    }
  }

  private Map<String, Boolean> list(Set<String> wanted)
      throws BridgeException, InterruptedException {
    try {
      return bridge.list(wanted);
    } catch (RuntimeException e) { // of an implementation that is not ours
      throw new BridgeException("threw " + e.getClass().getName());
    }
  }

  /** Asks for each of a few sessions. */
  Answers each(Collection<String> sessionIds) throws InterruptedException {
    Round round = new Round();
    round.ask(sessionIds);
    return round.answers(null);
  }

  private final class Round {
    private final long end = System.nanoTime() + limit.toNanos();
    private final Map<String, Boolean> authorized = new ConcurrentHashMap<>();
    private final Map<String, String> failures = new ConcurrentHashMap<>();

    void ask(Collection<String> sessionIds) throws InterruptedException {
      Queue<String> waiting = new ConcurrentLinkedQueue<>(sessionIds);
      Callable<@Nullable Void> asker =
          () -> {
            for (String id = waiting.poll(); id != null; id = waiting.poll()) ask(id);
            return null;
          };
      int askersNeeded = Math.min(AT_ONCE, sessionIds.size());
      // Interrupts those that are not done when the time is up.
      askers.invokeAll(
          Collections.nCopies(askersNeeded, asker), end - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    private void ask(String sessionId) throws InterruptedException {
      try {
        authorized.put(sessionId, bridge.isAuthorized(sessionId));
      } catch (BridgeException e) {
        failures.put(sessionId, String.valueOf(e.getMessage()));
      } catch (RuntimeException e) {
        failures.put(sessionId, "threw " + e.getClass().getName());
      }
    }

    Answers answers(@Nullable String down) {
      return new Answers(Map.copyOf(authorized), Map.copyOf(failures), down);
    }
  }

  /** Cancels the requests that are under way. */
  @Override
  public void close() {
    askers.shutdownNow();
  }
}
