package io.vibee.session.agent.fleet;

import io.vibee.session.FleetAgent;
import io.vibee.session.FleetView;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Claims in waves: a few sessions first, and more when those have settled and one of them is
 * healthy. When too many starts end in a refusal for good, the whole fleet is to be stopped.
 */
final class Waves {
  private static final Duration WINDOW = Duration.ofMinutes(10);

  private final FleetSettings settings;

  /** Which size is next; beyond the last one there is no limit. */
  private int level;

  private boolean healthy;
  private boolean unhealthy;
  private long notBefore = Long.MIN_VALUE;

  /** When starts have ended in the window, in whichever way, and when in a refusal. */
  private final Deque<Long> starts = new ArrayDeque<>();

  private final Deque<Long> refusals = new ArrayDeque<>();
  private boolean braking;

  Waves(FleetSettings settings) {
    this.settings = settings;
  }

  /** What is claimed ran healthily a moment ago, on this machine. */
  void open() {
    level = settings.waves().sizes().size();
  }

  /** A session has settled, and is healthy. */
  void healthy(long now) {
    starts.add(now);
    healthy = true;
  }

  /** A session could not be started, for a reason of its own. */
  void failed(long now) {
    starts.add(now);
    unhealthy = true;
  }

  /** Telegram has refused a session for good, soon after its start or instead of it. */
  void refused(long now) {
    starts.add(now);
    refusals.add(now);
    unhealthy = true;
  }

  /**
   * Returns how many sessions may be claimed now.
   *
   * @param unsettled how many of those that are held have not settled yet
   */
  int allowance(int unsettled, long now) {
    if (level >= settings.waves().sizes().size()) return Integer.MAX_VALUE;
    if (unsettled == 0) endWave(now);
    if (level >= settings.waves().sizes().size()) return Integer.MAX_VALUE;
    return unsettled > 0 || now < notBefore ? 0 : settings.waves().sizes().get(level);
  }

  private void endWave(long now) {
    if (healthy) {
      level++;
    } else if (unhealthy) {
      // Long enough to hear of what the others have met.
      notBefore = now + 2 * settings.beat().toNanos();
    }
    healthy = false;
    unhealthy = false;
  }

  /** When to look again though nothing happens; not before now. */
  long next(long now) {
    return notBefore > now ? notBefore : Long.MAX_VALUE;
  }

  /** Takes note of what a beat tells: an operator who lets the fleet go on begins anew. */
  void see(FleetView view) {
    if (view.stopped()) {
      braking = true;
    } else if (braking) {
      braking = false;
      starts.clear();
      refusals.clear();
    }
  }

  /**
   * Tells whether to stop the fleet, and why; null if not. Looks at the agent's own starts, and at
   * the whole fleet if one of its own was refused.
   */
  @Nullable String brake(@Nullable FleetView view, long now) {
    forget(starts, now);
    forget(refusals, now);
    if (braking || refusals.isEmpty()) return null;
    int least = settings.waves().refusals();
    double share = settings.waves().share();
    if (refusals.size() >= least && refusals.size() > share * starts.size()) {
      return reason(refusals.size(), starts.size());
    }
    if (view == null || view.refused() < least) return null;
    long running = view.agents().stream().mapToLong(FleetAgent::running).sum();
    long all = view.refused() + running;
    return view.refused() > share * all ? reason(view.refused(), all) : null;
  }

  private static String reason(long refused, long all) {
    return "Telegram has refused %s of %s sessions for good".formatted(refused, all);
  }

  /** It is being told; what comes until it is known adds nothing. */
  void braking() {
    braking = true;
  }

  /** Nobody knows whether it was told. */
  void brakeUnknown() {
    braking = false;
  }

  private static void forget(Deque<Long> times, long now) {
    while (!times.isEmpty() && now - times.peek() > WINDOW.toNanos()) times.remove();
  }
}
