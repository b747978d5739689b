package io.vibee.session.agent.fleet;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The database of a simulated fleet: what each operation does when it is carried out, row locks
 * that claims hold until they commit, crashes, and promotions that lose the last transactions.
 */
final class ModelDatabase {
  /** How far back a promotion may go. */
  static final long KEPT = 20_000_000_000L;

  private static final long NOT_ON_DISK = 3_000_000_000L;
  private static final long LONGEST_COOL_DOWN = 1_000_000_000L;

  /** Where an agent's process is: a peer on the same host sees whether it is gone. */
  record Registration(FleetSettings settings, int generation, AgentProcess process) {}

  private static final class AgentRow {
    final long id;
    final Registration registration;
    long beat;
    long beatAt;
    long beatBefore;
    long expires;
    boolean ended;

    /** How many sessions it owns; counted for each view. */
    int held;

    Peer.State state = Peer.State.TAKING;

    AgentRow(long id, Registration registration) {
      this.id = id;
      this.registration = registration;
    }
  }

  private static final class LeaseRow {
    final String session;
    @Nullable AgentRow owner;
    long token;
    long freeAt;
    boolean wanted;
    boolean locked;

    LeaseRow(String session) {
      this.session = session;
    }
  }

  private record Undo(long time, Runnable back) {}

  /** A claim that has locked its rows and has not committed. */
  final class Claiming {
    private final AgentRow row;
    private final List<LeaseRow> rows;
    private final long epochThen = epoch;

    Claiming(AgentRow row, List<LeaseRow> rows) {
      this.row = row;
      this.rows = rows;
      for (LeaseRow each : rows) each.locked = true;
      if (flaw != Flaw.CLAIM_WITHOUT_LOCK) shared.merge(row.id, 1, Integer::sum);
    }

    /** Returns null if the database has crashed meanwhile, or the claim is to be rolled back. */
    @Nullable List<Lease> commit(long time, boolean rollback) {
      if (epochThen != epoch) return null;
      for (LeaseRow each : rows) each.locked = false;
      if (flaw != Flaw.CLAIM_WITHOUT_LOCK) shared.merge(row.id, -1, Integer::sum);
      if (rollback) return null;
      if (row.ended) throw new Violation("agent " + row.id + " has ended, and was given sessions");
      List<Lease> leases = new ArrayList<>();
      for (LeaseRow each : rows) {
        long token = flaw == Flaw.PLAIN_TOKENS ? each.token : Math.max(each.token, timeline << 40);
        write(each, time);
        each.owner = row;
        each.token = token + 1;
        Long before = highest.put(each.session, each.token);
        if (before != null && before >= each.token) {
          throw new Violation(
              "token %d of %s comes after %d".formatted(each.token, each.session, before));
        }
        leases.add(new Lease(each.session, each.token));
      }
      if (settled != timeline) {
        long old = settled;
        undo.add(new Undo(time, () -> settled = old));
        settled = timeline;
      }
      return leases;
    }
  }

  private final Flaw flaw;
  private final RandomGenerator random;
  private final Map<Long, AgentRow> agents = new LinkedHashMap<>();
  private final List<LeaseRow> leases = new ArrayList<>();
  private final Map<String, Long> highest = new HashMap<>();
  private final Map<Long, Integer> shared = new HashMap<>();
  private final Deque<Undo> undo = new ArrayDeque<>();

  private long lastId;
  private long world = 1;
  private long timeline = 1;
  private long settled = 1;
  private int epoch;
  private long clockAhead;

  ModelDatabase(Flaw flaw, RandomGenerator random, List<String> sessions) {
    this.flaw = flaw;
    this.random = random;
    for (String session : sessions) leases.add(new LeaseRow(session));
  }

  long register(Registration registration, long time) {
    forgetUndo(time);
    // Not a sequence, which a promotion may set back: another agent would get the same id.
    long id = flaw == Flaw.REUSED_AGENT_IDS ? lastId + 1 : Math.max(lastId, timeline << 40) + 1;
    long before = lastId;
    lastId = id;
    AgentRow row = new AgentRow(id, registration);
    row.beat = random.nextLong();
    row.expires = expires(row, time);
    agents.put(id, row);
    undo.add(
        new Undo(
            time,
            () -> {
              agents.remove(id);
              row.ended = true;
              lastId = before;
            }));
    return id;
  }

  World world() {
    return new World(world, timeline, settled == timeline);
  }

  /** Returns null if the agent has ended. */
  @Nullable FleetView beat(long agent, long beat, long time) {
    forgetUndo(time);
    AgentRow row = agents.get(agent);
    if (row == null || row.ended) return null;
    write(row, time);
    row.beatBefore = row.beat;
    row.beatAt = time;
    row.beat = flaw == Flaw.COUNTER_BEATS ? row.beat + 1 : beat;
    row.expires = expires(row, time);
    return view(row, time);
  }

  private FleetView view(AgentRow me, long time) {
    for (AgentRow row : agents.values()) row.held = 0;
    int free = 0;
    Set<String> wanted = new HashSet<>();
    for (LeaseRow each : leases) {
      if (each.owner != null) each.owner.held++;
      if (isClaimable(each, time)) free++;
      if (each.wanted && each.owner == me) wanted.add(each.session);
    }
    List<Peer> peers = new ArrayList<>();
    for (AgentRow row : agents.values()) {
      if (!row.ended && row != me) peers.add(peer(row));
    }
    return new FleetView(world(), peer(me), peers, leases.size(), free, wanted);
  }

  private static Peer peer(AgentRow row) {
    Registration its = row.registration;
    int capacity = its.settings().capacity();
    return new Peer(
        row.id,
        row.beat,
        its.settings().silence(),
        its.generation(),
        capacity,
        row.held,
        row.state);
  }

  private boolean isClaimable(LeaseRow row, long time) {
    if (row.owner != null) return row.owner.ended;
    // A wait that is too long comes from a clock that has jumped back since.
    long wait = row.freeAt - time - clockAhead;
    return wait <= 0 || wait > LONGEST_COOL_DOWN;
  }

  /** Whether the process of a peer on this host is gone. */
  boolean isGone(long agent, Host host) {
    AgentRow row = agents.get(agent);
    if (row == null) return false;
    AgentProcess process = row.registration.process();
    return process.host() == host && process.isDead();
  }

  /** Whether a lease that expires by the database's clock would have expired. */
  boolean isExpired(long agent, long time) {
    AgentRow row = agents.get(agent);
    return row != null && row.expires <= time + clockAhead;
  }

  private long expires(AgentRow row, long time) {
    return time + clockAhead + row.registration.settings().silence().toNanos();
  }

  /** Whether a claim holds the row of an agent, so that its end has to wait. */
  boolean isHeldFast(long agent) {
    return shared.getOrDefault(agent, 0) > 0;
  }

  boolean end(long agent, long beat, long time) {
    AgentRow row = agents.get(agent);
    if (row == null || row.ended) return false;
    if (row.beat != beat) return false;
    write(row, time);
    row.ended = true;
    return true;
  }

  boolean isOn(long timeline) {
    return this.timeline == timeline || flaw == Flaw.CLAIM_ON_ANY_TIMELINE;
  }

  /** Returns null if the agent has ended. */
  @Nullable Claiming claim(long agent, int atMost, long time) {
    AgentRow row = agents.get(agent);
    if (row == null || row.ended) return null;
    List<LeaseRow> rows = new ArrayList<>();
    int from = random.nextInt(leases.size());
    for (int i = 0; i < leases.size() && rows.size() < atMost; i++) {
      LeaseRow each = leases.get((from + i) % leases.size());
      if (!each.locked && isClaimable(each, time)) rows.add(each);
    }
    return new Claiming(row, rows);
  }

  /** Returns null if the agent has ended. */
  @Nullable List<Lease> held(long agent) {
    AgentRow row = agents.get(agent);
    if (row == null || row.ended) return null;
    List<Lease> held = new ArrayList<>();
    for (LeaseRow each : leases) {
      if (each.owner == row) held.add(new Lease(each.session, each.token));
    }
    return held;
  }

  void release(long agent, List<Lease> released, long coolDown, long time) {
    Set<Lease> given = new HashSet<>(released);
    for (LeaseRow each : leases) {
      if (each.owner == null || each.owner.id != agent) continue;
      if (!given.contains(new Lease(each.session, each.token))) continue;
      write(each, time);
      each.owner = null;
      each.wanted = false;
      each.freeAt = time + clockAhead + coolDown;
    }
  }

  void leave(long agent, long time) {
    AgentRow row = agents.get(agent);
    if (row == null || row.ended) return;
    write(row, time);
    row.ended = true;
  }

  void want(String session) {
    for (LeaseRow each : leases) each.wanted |= each.session.equals(session) && each.owner != null;
  }

  /** An operator decides about any agent that lives. */
  void setState(Peer.State state) {
    for (AgentRow row : agents.values()) {
      if (!row.ended && random.nextInt(4) == 0) row.state = state;
    }
  }

  String describe(String session) {
    for (LeaseRow each : leases) {
      if (!each.session.equals(session)) continue;
      AgentRow owner = each.owner;
      if (owner == null) return "it is free";
      return "agent %d has it (%s, %s)"
          .formatted(owner.id, owner.ended ? "ended" : "alive", owner.registration.process());
    }
    return "nobody knows it";
  }

  /** Operators want nothing any more: agents take, and sessions stay where they are. */
  void askNothing() {
    for (AgentRow row : agents.values()) row.state = Peer.State.TAKING;
    for (LeaseRow each : leases) each.wanted = false;
  }

  void jump(long nanos) {
    clockAhead += nanos;
  }

  void crash(long time) {
    rollBack();
    world = random.nextLong();
    if (flaw == Flaw.COUNTER_BEATS) loseBeats(time);
  }

  /** Ends all transactions that are open. */
  void rollBack() {
    epoch++;
    shared.clear();
    for (LeaseRow each : leases) each.locked = false;
  }

  /** The last ones were not waited for, since a beat is worth little: synchronous_commit off. */
  private void loseBeats(long time) {
    for (AgentRow row : agents.values()) {
      if (row.beatAt > time - NOT_ON_DISK) row.beat = row.beatBefore;
    }
  }

  void promote(long lost, long time) {
    crash(time);
    while (!undo.isEmpty() && undo.getLast().time() > time - lost) undo.removeLast().back().run();
    timeline++;
  }

  private void write(AgentRow row, long time) {
    long beat = row.beat;
    long expires = row.expires;
    boolean ended = row.ended;
    undo.add(
        new Undo(
            time,
            () -> {
              row.beat = beat;
              row.expires = expires;
              row.ended = ended;
            }));
  }

  private void write(LeaseRow row, long time) {
    AgentRow owner = row.owner;
    long token = row.token;
    long freeAt = row.freeAt;
    undo.add(
        new Undo(
            time,
            () -> {
              row.owner = owner;
              row.token = token;
              row.freeAt = freeAt;
            }));
  }

  private void forgetUndo(long time) {
    while (!undo.isEmpty() && undo.getFirst().time() < time - KEPT) undo.removeFirst();
  }
}
