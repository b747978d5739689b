package io.vibee.session.agent.fleet;

import io.vibee.session.Lease;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one incarnation of the agent owns, and how far each session is: a session is given back only
 * when its connection is confirmed to be closed, and never runs again under a token that was given
 * back, since a release of unknown outcome may still be carried out.
 */
final class Holdings {
  /** Of a token, those below the timeline on which it was given. */
  private static final int BITS_BELOW_TIMELINE = 40;

  private enum State {
    /** Owned, and certainly not connected. */
    IDLE,
    /** To be started, or connected. */
    OPEN,
    /** To be closed; still connected for all that is known. */
    CLOSING,
    /** Closed for good, to be released. */
    CLOSED
  }

  private static final class Entry {
    final Lease lease;
    State state = State.IDLE;

    /** Whether the database does not have the lease any more. */
    boolean lost;

    /** Whether it has been started, and is healthy or fails for a reason of its own. */
    boolean settled;

    boolean healthy;

    /** Since when it is connected; null before its first connection. */
    @Nullable Long connectedAt;

    Entry(Lease lease) {
      this.lease = lease;
    }

    boolean isConnected() {
      return state == State.OPEN || state == State.CLOSING;
    }

    boolean isUnsettled() {
      return !settled && (state == State.IDLE || state == State.OPEN);
    }

    boolean isRunning() {
      return healthy && state == State.OPEN;
    }
  }

  private record Settling(long due, Entry entry) {}

  private final Map<String, Entry> entries = new LinkedHashMap<>();

  // Indexes of the above, so that a decision costs what there is to do and not what is held.
  private final Set<Entry> idle = new LinkedHashSet<>();
  private final Set<Entry> closed = new LinkedHashSet<>();
  private int closing;
  private int connected;
  private int lost;
  private int unsettled;
  private int running;

  /** Those that are connected and not yet known to be healthy, in the order of time. */
  private final Queue<Settling> settling = new ArrayDeque<>();

  /** The last token under which each session was given back, or may have been. */
  private final Map<String, Long> givenBack = new HashMap<>();

  /** Why sessions are kept from everybody, until the database has it. */
  private final Map<Lease, String> fatal = new LinkedHashMap<>();

  /** For how long Telegram wants sessions left alone. */
  private final Map<Lease, Duration> pauses = new LinkedHashMap<>();

  private void move(Entry entry, State state) {
    count(entry, -1);
    if (entry.state == State.IDLE) idle.remove(entry);
    if (entry.state == State.CLOSED) closed.remove(entry);
    entry.state = state;
    count(entry, 1);
    if (state == State.IDLE) idle.add(entry);
    if (state == State.CLOSED) closed.add(entry);
  }

  private void count(Entry entry, int by) {
    if (entry.state == State.CLOSING) closing += by;
    if (entry.isConnected()) connected += by;
    if (entry.isUnsettled()) unsettled += by;
    if (entry.isRunning()) running += by;
  }

  private void settle(Entry entry, boolean healthy) {
    count(entry, -1);
    entry.settled = true;
    entry.healthy = healthy;
    count(entry, 1);
  }

  private void lose(Entry entry) {
    if (!entry.lost) lost++;
    entry.lost = true;
  }

  private void forget(Entry entry) {
    if (entry.lost) lost--;
    move(entry, State.CLOSED); // which counts nowhere
    closed.remove(entry);
    entries.remove(entry.lease.sessionId());
    fatal.remove(entry.lease);
    pauses.remove(entry.lease);
  }

  private @Nullable Entry find(Lease lease) {
    Entry entry = entries.get(lease.sessionId());
    return entry != null && entry.lease.equals(lease) ? entry : null;
  }

  /** Takes over leases that were claimed; returns false if one is in the way of an older one. */
  boolean add(Collection<Lease> leases) {
    boolean all = true;
    for (Lease lease : leases) {
      Entry entry = entries.get(lease.sessionId());
      if (entry == null) {
        entry = new Entry(lease);
        entries.put(lease.sessionId(), entry);
        count(entry, 1);
        boolean again = givenBack.getOrDefault(lease.sessionId(), -1L) >= lease.token();
        move(entry, again ? State.CLOSED : State.IDLE);
      } else if (!entry.lease.equals(lease)) {
        all = false;
      }
    }
    return all;
  }

  /**
   * Compares what is held with what the database has: takes over what it had not heard of, such as
   * a claim whose reply was lost, and marks as lost what is not there.
   *
   * @return the connected ones that are to be closed
   */
  List<Lease> reconcile(List<Lease> stored) {
    Set<Lease> valid = new HashSet<>(stored);
    List<Lease> stop = new ArrayList<>();
    for (Entry entry : List.copyOf(entries.values())) {
      if (valid.contains(entry.lease)) continue;
      lose(entry);
      if (!entry.isConnected()) forget(entry);
      else if (close(entry)) stop.add(entry.lease);
    }
    add(stored);
    return stop;
  }

  /**
   * Returns leases to start, from now on counted as connected.
   *
   * @param timeline the last that is known: what a later one gave has to wait
   */
  List<Lease> start(long timeline) {
    List<Lease> start = new ArrayList<>();
    for (Entry entry : List.copyOf(idle)) {
      if (timelineThatGave(entry.lease) > timeline) continue;
      move(entry, State.OPEN);
      start.add(entry.lease);
    }
    return start;
  }

  private static long timelineThatGave(Lease lease) {
    return lease.token() >> BITS_BELOW_TIMELINE;
  }

  boolean isOpen(Lease lease) {
    Entry entry = find(lease);
    return entry != null && entry.state == State.OPEN;
  }

  /**
   * A start has connected nothing; it may be asked for again, unless it is to be closed.
   *
   * @return whether the lease was lost
   */
  boolean notConnected(Lease lease) {
    Entry entry = find(lease);
    if (entry == null || entry.state != State.OPEN) return closed(lease);
    move(entry, State.IDLE);
    return false;
  }

  /** Wants a session closed; returns whether its connection is to be closed for that. */
  boolean close(Lease lease) {
    Entry entry = find(lease);
    return entry != null && close(entry);
  }

  private boolean close(Entry entry) {
    if (entry.state == State.IDLE) move(entry, State.CLOSED);
    if (entry.state != State.OPEN) return false;
    move(entry, State.CLOSING);
    return true;
  }

  /** Wants a number of sessions closed; returns those whose connections are to be closed. */
  List<Lease> closeSome(int atMost) {
    List<Lease> stop = new ArrayList<>();
    int left = atMost;
    for (Entry entry : entries.values()) {
      if (left == 0) break;
      if (entry.state != State.IDLE && entry.state != State.OPEN) continue;
      left--;
      if (close(entry)) stop.add(entry.lease);
    }
    return stop;
  }

  /** Finds a session by its id; null if it is not held. */
  @Nullable Lease lease(String session) {
    Entry entry = entries.get(session);
    return entry == null ? null : entry.lease;
  }

  /** A handler has confirmed that the connection is gone. Returns whether the lease was lost. */
  boolean closed(Lease lease) {
    Entry entry = find(lease);
    if (entry == null || !entry.isConnected()) return false;
    move(entry, State.CLOSED);
    if (entry.lost) forget(entry);
    return entry.lost;
  }

  /** A session is connected: it is healthy once it has been so for a while. */
  void connected(Lease lease, long now, long settle) {
    Entry entry = find(lease);
    if (entry == null || entry.state != State.OPEN) return;
    entry.connectedAt = now;
    if (!entry.healthy) settling.add(new Settling(now + settle, entry));
  }

  /** Takes note of those that have been connected for long enough; returns how many are new. */
  int settle(long now) {
    int settled = 0;
    for (Settling first = settling.peek();
        first != null && first.due() <= now;
        first = settling.peek()) {
      settling.remove();
      Entry entry = first.entry();
      boolean stays = entry.state == State.OPEN && entry.connectedAt != null && !entry.healthy;
      if (!stays || !isHeld(entry)) continue;
      if (!entry.settled) settled++;
      settle(entry, true);
    }
    return settled;
  }

  private boolean isHeld(Entry entry) {
    return entries.get(entry.lease.sessionId()) == entry;
  }

  /** When the next one has been connected for long enough. */
  long nextToSettle() {
    Settling first = settling.peek();
    return first == null ? Long.MAX_VALUE : first.due();
  }

  /** A session could not be started; returns whether that is the first that is known of it. */
  boolean failing(Lease lease) {
    Entry entry = find(lease);
    if (entry == null || entry.state != State.OPEN) return false;
    boolean first = !entry.settled;
    entry.connectedAt = null;
    settle(entry, false);
    return first;
  }

  /**
   * Telegram has refused a session for good.
   *
   * @return whether that was its start: it has not been connected since longer than that
   */
  boolean fatal(Lease lease, String reason, long now, long start) {
    Entry entry = find(lease);
    if (entry == null) return false;
    fatal.put(lease, reason);
    return entry.connectedAt == null || now - entry.connectedAt <= start;
  }

  /** How many are owned, and not yet to be started. */
  int idle() {
    return idle.size();
  }

  /** How many have not settled since they were claimed. */
  int unsettled() {
    return unsettled;
  }

  /** How many are connected and healthy. */
  int running() {
    return running;
  }

  /** Keeps a session from being started by others for a while, once the database has it. */
  void pause(Lease lease, Duration pause) {
    if (find(lease) != null) pauses.put(lease, pause);
  }

  /** Returns the next pause to be told; null if there is none. */
  Action.@Nullable Pause takePause(long agent) {
    var all = pauses.entrySet().iterator();
    if (!all.hasNext()) return null;
    var first = all.next();
    all.remove();
    return new Action.Pause(agent, first.getKey(), first.getValue());
  }

  /** Returns the next quarantine to be told; null if there is none. */
  Action.@Nullable Quarantine quarantine(long agent) {
    if (fatal.isEmpty()) return null;
    var first = fatal.entrySet().iterator().next();
    return new Action.Quarantine(agent, first.getKey(), first.getValue());
  }

  void quarantined(Lease lease) {
    fatal.remove(lease);
  }

  /** Returns leases to be released now: closed, and not before their quarantine is known. */
  List<Lease> giveBack(int atMost) {
    List<Lease> leases = new ArrayList<>();
    for (Entry entry : closed) {
      if (leases.size() < atMost && !fatal.containsKey(entry.lease)) leases.add(entry.lease);
    }
    for (Lease lease : leases) givenBack.merge(lease.sessionId(), lease.token(), Math::max);
    return leases;
  }

  /**
   * Forgets what was released. The rest stays, behind what waits to be released for the first time.
   */
  void released(Collection<Lease> asked, Collection<Lease> released) {
    Set<Lease> gone = new HashSet<>(released);
    for (Lease lease : asked) {
      Entry entry = find(lease);
      if (entry == null || entry.state != State.CLOSED) continue;
      if (gone.contains(lease)) {
        forget(entry);
      } else {
        closed.remove(entry);
        closed.add(entry);
      }
    }
  }

  /** The agent is no owner any more: forgets what is not connected. */
  void loseAll() {
    for (Entry entry : List.copyOf(entries.values())) {
      lose(entry);
      if (!entry.isConnected()) forget(entry);
    }
    givenBack.clear(); // by an agent that has no say any more
  }

  /** Returns all whose connection is not confirmed to be closed. */
  List<Lease> connectedLeases() {
    return entries.values().stream().filter(Entry::isConnected).map(entry -> entry.lease).toList();
  }

  int connected() {
    return connected;
  }

  /** Whether something is connected that is another's already, for all that is known. */
  boolean hasLost() {
    return lost > 0;
  }

  int size() {
    return entries.size();
  }

  /** How many are not on their way out. */
  int kept() {
    return entries.size() - closing - closed.size();
  }
}
