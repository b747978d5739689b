package io.vibee.session.agent.fleet;

import io.vibee.session.AgentMark;
import io.vibee.session.FleetAgent;
import io.vibee.session.FleetView;
import io.vibee.session.FleetWorld;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an agent knows of the others by its last beat, and what follows for it: how many sessions it
 * may claim, how many it hands over, whom it ends, and how long it waits after a promotion, which
 * may have lost claims of sessions that still run.
 */
final class Taking {
  /**
   * What a confirmed beat has told.
   *
   * @param me the agent itself, as the view has it
   * @param settled as the view has it, and true once the agent itself has waited and claimed
   */
  private record Told(FleetView view, FleetAgent me, boolean settled) {}

  private final FleetSettings settings;
  private final Peers peers = new Peers();

  private long timeline;

  /** By the last confirmed beat; null before the first. */
  private @Nullable Told told;

  /** When the wait after a promotion is over; null before the first beat that tells. */
  private @Nullable Long waitUntil;

  /** How many sessions can be claimed, as far as it is known since the beat. */
  private int free;

  /** How many sessions there are beside those that the beat has told. */
  private int added;

  /** The session that the agent is there for, whoever else may have it; null if there is none. */
  private @Nullable String dedicatedTo;

  /** When a session may be claimed by its name again. */
  private long nameNotBefore = Long.MIN_VALUE;

  private int names;

  private final Waves waves;

  Taking(FleetSettings settings) {
    this.settings = settings;
    this.waves = new Waves(settings);
  }

  Waves waves() {
    return waves;
  }

  @Nullable FleetView view() {
    return told == null ? null : told.view();
  }

  void dedicate(@Nullable String session) {
    dedicatedTo = session;
    nameNotBefore = Long.MIN_VALUE;
  }

  /** Sessions are said to be new, which the next beat will tell: they can be claimed before. */
  void offered(int sessions) {
    added += sessions;
    free += sessions;
  }

  /** Finds an agent in what a beat tells; null if it has ended. */
  static @Nullable FleetAgent find(long agent, FleetView view) {
    for (FleetAgent each : view.agents()) {
      if (each.agentId() == agent) return each;
    }
    return null;
  }

  /** Begins as a new agent, which has seen nobody yet. */
  void register(FleetWorld world) {
    timeline = world.timeline();
    told = null;
    waitUntil = null;
    peers.reset();
  }

  /** An earlier agent of this process, whose sessions have all ended. */
  void ownBefore(long agent) {
    peers.ownBefore(agent);
  }

  /**
   * Takes over what a beat tells. On another timeline everybody counts as heard just now, so that
   * nobody is ended, and nothing is started, for as long as any agent may run what was lost.
   *
   * @param me the agent itself, as the view has it
   * @param gone peers on this machine whose process is gone
   * @return whether the timeline is another one
   */
  boolean see(FleetView view, FleetAgent me, Set<Long> gone, long now) {
    boolean promoted = view.world().timeline() != timeline;
    if (promoted) {
      timeline = view.world().timeline();
      peers.reset();
      waitUntil = null;
    }
    told = new Told(view, me, view.settled());
    free = view.claimable();
    added = 0;
    waves.see(view);
    for (FleetAgent each : view.agents()) {
      if (gone.contains(each.agentId()) && each.steady()) waves.open();
    }
    List<FleetAgent> others = new ArrayList<>(view.agents());
    others.removeIf(each -> each.agentId() == me.agentId());
    peers.see(others, gone, now);
    if (view.settled()) {
      waitUntil = now;
    } else if (waitUntil == null) {
      waitUntil = now + peers.longestSilence(settings.silence().toNanos());
    }
    return promoted;
  }

  /** Whether nothing may be claimed or started yet. */
  boolean waits(long now) {
    return waitUntil == null || now < waitUntil;
  }

  long timeline() {
    return timeline;
  }

  /** When there is something to do though nothing happens; not before now. */
  long next(long now) {
    long due = peers.nextDue();
    long wait = waitUntil == null ? Long.MAX_VALUE : waitUntil;
    long time = Math.min(later(due, now), later(wait, now));
    return Math.min(time, Math.min(later(nameNotBefore, now), waves.next(now)));
  }

  private static long later(long at, long now) {
    return at > now ? at : Long.MAX_VALUE;
  }

  @Nullable FleetAgent due(long now) {
    return peers.due(now);
  }

  /** A peer was ended, which leaves orphans, or was found to be alive. */
  void answered(long peer, boolean ended) {
    int orphans = peers.answered(peer);
    if (ended) free += orphans;
  }

  void claimed(int sessions, int asked) {
    free = sessions < asked ? 0 : Math.max(0, free - sessions);
    if (told != null) told = new Told(told.view(), told.me(), true);
  }

  /** Nothing can be claimed before the next beat. */
  void refused() {
    free = 0;
  }

  /**
   * Returns how many sessions to claim; -1 for no claim at all. A claim of none tells newcomers
   * that the wait after a promotion is over.
   */
  int claimable(int held, int unsettled, long now) {
    Told told = this.told;
    if (told == null || waits(now)) return -1;
    int claim = Math.min(left(told, held, now), settings.batch());
    if (claim > 0) claim = Math.min(claim, waves.allowance(unsettled, now));
    if (claim > 0) return claim;
    return told.settled() ? -1 : 0;
  }

  private int left(Told told, int held, long now) {
    return isStopped() ? 0 : Math.min(share(told, now).room(told.me(), held), free);
  }

  /** Whether there is nothing more to claim, as far as the agent knows. */
  boolean hasShare(Holdings holdings, long now) {
    Told told = this.told;
    if (told == null || waits(now)) return false;
    if (dedicatedTo != null) return holdings.lease(dedicatedTo) != null || names > 0;
    return left(told, holdings.size(), now) <= 0;
  }

  /**
   * Returns a session to claim by its name, which the agent does not hold; null if there is none. A
   * few times a beat, since nobody tells when its holder lets go of it.
   */
  @Nullable String named(Holdings holdings, long now) {
    Told told = this.told;
    if (told == null || waits(now) || now < nameNotBefore || isStopped()) return null;
    if (told.me().mark() != AgentMark.TAKING) return null;
    List<String> missing = new ArrayList<>();
    if (dedicatedTo != null) missing.add(dedicatedTo);
    missing.addAll(told.view().awaited());
    missing.removeIf(each -> holdings.lease(each) != null);
    if (missing.isEmpty()) return null;
    nameNotBefore = now + settings.beat().toNanos() / 10;
    return missing.get(names++ % missing.size()); // each in turn: one may never come
  }

  /**
   * Returns how many sessions to hand over: what the agent has above its share, while another has
   * too few, and while what was handed over before does not still wait for a taker. None while the
   * fleet is stopped, when nobody takes any.
   */
  int surplus(int kept, long now) {
    Told told = this.told;
    if (told == null || isStopped() || told.me().mark() != AgentMark.TAKING) return 0;
    if (told.me().registration().capacity() == 0) return 0; // what it has is what it is there for
    Share share = share(told, now);
    int missing = 0;
    int held = told.me().held();
    for (FleetAgent peer : peers.heardSince(heard(now))) {
      missing += share.missing(peer);
      held += peer.held();
    }
    int waiting = told.view().runnable() - held - peers.heldBySilent(heard(now));
    int surplus = share.surplus(told.me(), kept);
    return Math.max(0, Math.min(Math.min(surplus, missing), settings.pace() - waiting));
  }

  /** Whether nothing may be started, nor closed for others to start it. */
  boolean isStopped() {
    return told != null && told.view().stopped();
  }

  /** Whether an operator has asked the agent to let go of all. */
  boolean mustLetGo() {
    return told != null && told.me().mark() == AgentMark.DRAINING;
  }

  /** Counts on those alone that were heard of late: others take nothing. */
  private Share share(Told told, long now) {
    List<FleetAgent> agents = new ArrayList<>(peers.heardSince(heard(now)));
    agents.add(told.me());
    return new Share(told.view().runnable() + added, agents);
  }

  private long heard(long now) {
    return now - 3 * settings.beat().toNanos();
  }

  /** For how long sessions wait at most for the next of those that are silent; 0 if none does. */
  long silentFor(long now) {
    return peers.heldBySilent(heard(now)) == 0 ? 0 : Math.max(0, peers.nextDue() - now);
  }
}
