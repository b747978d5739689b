package io.vibee.session.agent.fleet;

import java.util.ArrayDeque;
import java.util.Deque;

/** What the last transactions of a database have changed, for a promotion to lose. */
final class History {
  /** How far back a promotion may go. */
  private static final long KEPT = 20_000_000_000L;

  private record Change(long time, Runnable back) {}

  private final Deque<Change> changes = new ArrayDeque<>();

  /** Adds a change that is about to be made. */
  void add(long time, Runnable back) {
    while (!changes.isEmpty() && changes.getFirst().time() < time - KEPT) changes.removeFirst();
    changes.add(new Change(time, back));
  }

  void loseSince(long time) {
    while (!changes.isEmpty() && changes.getLast().time() > time) changes.removeLast().back().run();
  }
}
