package io.vibee.session.agent.fleet;

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
  private final FleetSettings settings;
  private final Peers peers = new Peers();

  private long timeline;

  /** What the last confirmed beat has told; null before the first. */
  private @Nullable FleetView view;

  /** When the wait after a promotion is over; null before the first beat that tells. */
  private @Nullable Long waitUntil;

  /** How many sessions can be claimed, as far as it is known since the beat. */
  private int free;

  Taking(FleetSettings settings) {
    this.settings = settings;
  }

  /** Begins as a new agent, which has seen nobody yet. */
  void register(World world) {
    timeline = world.timeline();
    view = null;
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
   * @param gone peers on this machine whose process is gone
   * @return whether the timeline is another one
   */
  boolean see(FleetView told, Set<Long> gone, long now) {
    boolean promoted = told.world().timeline() != timeline;
    if (promoted) {
      timeline = told.world().timeline();
      peers.reset();
      waitUntil = null;
    }
    view = told;
    free = told.free();
    peers.see(told.peers(), gone, now);
    if (told.world().settled()) {
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
    return Math.min(due > now ? due : Long.MAX_VALUE, wait > now ? wait : Long.MAX_VALUE);
  }

  @Nullable Peer due(long now) {
    return peers.due(now);
  }

  /** A peer was ended, which leaves orphans, or was found to be alive. */
  void answered(long peer, boolean ended) {
    int orphans = peers.answered(peer);
    if (ended) free += orphans;
  }

  void claimed(int sessions, int asked) {
    free = sessions < asked ? 0 : Math.max(0, free - sessions);
    if (view != null && asked == 0) view = settled(view);
  }

  private static FleetView settled(FleetView view) {
    World world = new World(view.world().id(), view.world().timeline(), true);
    return new FleetView(
        world, view.me(), view.peers(), view.runnable(), view.free(), view.wanted());
  }

  /** Nothing can be claimed before the next beat. */
  void refused() {
    free = 0;
  }

  /**
   * Returns how many sessions to claim; -1 for no claim at all. A claim of none tells newcomers
   * that the wait after a promotion is over.
   */
  int claimable(int held, long now) {
    FleetView view = this.view;
    if (view == null || waits(now)) return -1;
    int room = share(view, now).ceiling(view.me()) - held;
    int claim = Math.min(Math.min(room, free), settings.batch());
    if (claim > 0) return claim;
    return view.world().settled() ? -1 : 0;
  }

  /**
   * Returns how many sessions to hand over: what the agent has above its share, while another has
   * too few, and while what was handed over before does not still wait for a taker.
   */
  int surplus(int kept, long now) {
    FleetView view = this.view;
    if (view == null || view.me().state() != Peer.State.TAKING) return 0;
    Share share = share(view, now);
    int missing = 0;
    int held = view.me().held();
    for (Peer peer : peers.heardSince(heard(now))) {
      missing += Math.max(0, share.floor(peer) - peer.held());
      held += peer.held();
    }
    int waiting = view.runnable() - held - peers.heldBySilent(heard(now));
    int surplus = kept - share.ceiling(view.me());
    return Math.max(0, Math.min(Math.min(surplus, missing), settings.pace() - waiting));
  }

  /** Whether an operator has asked the agent to let go of all. */
  boolean mustLetGo() {
    return view != null && view.me().state() == Peer.State.DRAINING;
  }

  /** Counts on those alone that were heard of late: others take nothing. */
  private Share share(FleetView view, long now) {
    List<Peer> agents = new ArrayList<>(peers.heardSince(heard(now)));
    agents.add(view.me());
    return new Share(view.runnable(), agents);
  }

  private long heard(long now) {
    return now - 3 * settings.beat().toNanos();
  }

  /** For how long sessions wait at most for the next of those that are silent; 0 if none does. */
  long silentFor(long now) {
    return peers.heldBySilent(heard(now)) == 0 ? 0 : Math.max(0, peers.nextDue() - now);
  }
}
