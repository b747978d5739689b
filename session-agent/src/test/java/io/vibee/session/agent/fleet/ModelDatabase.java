package io.vibee.session.agent.fleet;

import io.vibee.session.AgentHealth;
import io.vibee.session.AgentMark;
import io.vibee.session.FleetView;
import io.vibee.session.Lease;
import io.vibee.session.RegisteredAgent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The tables of a simulated fleet, and what each function of {@code 002_fleet.sql} does to them.
 */
final class ModelDatabase {
  private static final long NOT_ON_DISK = 3_000_000_000L;

  final Flaw flaw;
  final ModelServer server;
  private final RandomGenerator random;
  private final Map<Long, AgentRow> agents = new LinkedHashMap<>();
  private final Map<String, LeaseRow> leases = new LinkedHashMap<>();
  private final List<LeaseRow> rows;
  private final Map<String, Long> highest = new HashMap<>();

  private long lastId;

  /** Since when nobody may claim, in real time; negative if they may. */
  private long stoppedAt = -1;

  ModelDatabase(Flaw flaw, RandomGenerator random, List<String> sessions, LongSupplier time) {
    this.flaw = flaw;
    this.random = random;
    this.server = new ModelServer(random, time);
    for (String session : sessions) leases.put(session, new LeaseRow(session));
    this.rows = List.copyOf(leases.values());
  }

  RegisteredAgent register(AgentProcess process) {
    // Not a sequence, which a promotion may set back: another agent would get the same id.
    long id = flaw == Flaw.REUSED_AGENT_IDS ? lastId + 1 : server.aboveEarlierTimelines(lastId) + 1;
    long before = lastId;
    lastId = id;
    AgentRow row = new AgentRow(id, process);
    row.beat = random.nextLong();
    row.expires = server.clock() + process.settings.silence().toNanos();
    agents.put(id, row);
    server.change(
        () -> {
          agents.remove(id);
          row.ended = true;
          lastId = before;
        });
    return new RegisteredAgent(id, server.world(), server.isSettled());
  }

  private @Nullable AgentRow living(long agent) {
    AgentRow row = agents.get(agent);
    return row == null || row.ended ? null : row;
  }

  /** Returns null if the agent has ended. */
  @Nullable FleetView beat(long agent, long beat, AgentHealth health) {
    AgentRow row = living(agent);
    if (row == null) return null;
    server.change(row.back());
    row.beatBefore = row.beat;
    row.beatAt = server.time();
    row.beat = flaw == Flaw.COUNTER_BEATS ? row.beat + 1 : beat;
    row.expires = server.clock() + row.process.settings.silence().toNanos();
    row.running = health.running();
    if (health.steady()) {
      row.steadyAt = server.clock();
      row.wasSteady = true;
    }
    return ModelView.of(server, agents.values(), rows, row, isStopped());
  }

  /** Whether the process of a peer on this host is gone. */
  boolean isGone(long agent, Host host) {
    AgentRow row = agents.get(agent);
    return row != null && row.process.host() == host && row.process.isDead();
  }

  /** Whether a lease that expires by the database's clock would have expired. */
  boolean isExpired(long agent) {
    AgentRow row = agents.get(agent);
    return row != null && row.expires <= server.clock();
  }

  boolean end(long agent, long beat) {
    AgentRow row = living(agent);
    if (row == null || row.beat != beat) return false;
    end(row, false);
    return true;
  }

  private void end(AgentRow row, boolean clean) {
    server.change(row.back());
    row.ended = true;
    row.clean = clean;
    row.endedAt = server.clock();
  }

  boolean isOn(long timeline) {
    return server.isOn(timeline) || flaw == Flaw.CLAIM_ON_ANY_TIMELINE;
  }

  /** Returns null if the agent has ended. */
  @Nullable ModelClaim claim(long agent, int atMost, @Nullable String only) {
    AgentRow row = living(agent);
    return row == null ? null : new ModelClaim(this, row, atMost, only);
  }

  List<LeaseRow> inSomeOrder() {
    int from = random.nextInt(rows.size());
    List<LeaseRow> order = new ArrayList<>(rows.subList(from, rows.size()));
    order.addAll(rows.subList(0, from));
    return order;
  }

  /** Makes an agent the owner, under a token that nobody has had. */
  void give(LeaseRow row, AgentRow agent) {
    row.owner = agent;
    row.token =
        (flaw == Flaw.PLAIN_TOKENS ? row.token : server.aboveEarlierTimelines(row.token)) + 1;
    Long before = highest.put(row.session, row.token);
    if (before != null && before >= row.token) {
      throw new Violation(
          "token %d of %s comes after %d".formatted(row.token, row.session, before));
    }
  }

  /** Returns null if the agent has ended. */
  @Nullable List<Lease> held(long agent) {
    AgentRow row = living(agent);
    if (row == null) return null;
    return rows.stream().filter(each -> each.owner == row).map(LeaseRow::lease).toList();
  }

  /** Returns those that were released: not those that somebody is writing. */
  List<Lease> release(long agent, Collection<Lease> asked, long coolDown) {
    List<Lease> released = new ArrayList<>();
    boolean busy = random.nextInt(30) == 0;
    for (Lease each : asked) {
      LeaseRow row = row(each.sessionId());
      if (!row.isHeldBy(agent, each) || row.locked || (busy && random.nextBoolean())) continue;
      write(row);
      row.free(server.clock(), coolDown);
      AgentRow its = living(agent);
      if (its != null && its.wasSteady && row.claimedAt <= its.steadyAt) row.badEnds = 0;
      released.add(each);
    }
    return released;
  }

  /** Ends an agent that holds nothing; returns how many it holds, or null if it has ended. */
  @Nullable Integer leave(long agent) {
    AgentRow row = living(agent);
    if (row == null) return null;
    int holds = (int) rows.stream().filter(each -> each.owner == row).count();
    if (holds == 0) {
      end(row, true);
    } else {
      server.change(row.back());
      row.mark = AgentMark.DRAINING;
    }
    return holds;
  }

  private LeaseRow row(String session) {
    LeaseRow row = leases.get(session);
    if (row == null) throw new IllegalArgumentException(session);
    return row;
  }

  /** An agent asks for a session. */
  void want(String session) {
    List<AgentRow> living = agents.values().stream().filter(row -> !row.ended).toList();
    if (living.isEmpty()) return;
    AgentRow agent = living.get(random.nextInt(living.size()));
    LeaseRow row = row(session);
    if (agent.mark == AgentMark.TAKING && row.owner != agent) row.want(agent.id, server.clock());
  }

  /** An operator decides about any agent that lives. */
  void mark(AgentMark mark) {
    for (AgentRow row : agents.values()) {
      if (!row.ended && random.nextInt(4) == 0) row.mark = mark;
    }
  }

  /** Operators want nothing any more: agents take, and sessions stay where they are. */
  void askNothing() {
    for (AgentRow row : agents.values()) row.mark = AgentMark.TAKING;
    for (LeaseRow each : rows) each.wantedBy = 0;
  }

  boolean quarantine(long agent, Lease lease) {
    LeaseRow row = row(lease.sessionId());
    if (!row.isHeldBy(agent, lease) || row.locked) return false;
    write(row);
    row.setQuarantined(true);
    row.refusedAt = server.clock();
    return true;
  }

  boolean isQuarantined(String session) {
    return row(session).quarantined;
  }

  /** Whether it may be what has killed its holders. */
  boolean isSuspect(String session) {
    return row(session).badEnds > 0;
  }

  boolean isKnownToBeQuarantined(String session) {
    return row(session).isKnownToBeQuarantined();
  }

  /** Returns those that an operator can clear now. */
  List<String> quarantined() {
    return rows.stream()
        .filter(each -> each.quarantined && !each.locked)
        .map(each -> each.session)
        .toList();
  }

  void clear(String session) {
    LeaseRow row = row(session);
    write(row);
    row.setQuarantined(false);
    row.badEnds = 0;
  }

  boolean isStopped() {
    return stoppedAt >= 0;
  }

  long stoppedAt() {
    return stoppedAt;
  }

  void stop() {
    setStoppedAt(server.time());
  }

  void resume() {
    setStoppedAt(-1);
  }

  private void setStoppedAt(long at) {
    long before = stoppedAt;
    server.change(() -> stoppedAt = before);
    stoppedAt = at;
  }

  String describe(String session) {
    return row(session) + (isStopped() ? "; the fleet is stopped" : "");
  }

  void crash() {
    server.crash();
    unlock();
    if (flaw == Flaw.COUNTER_BEATS) loseBeats();
  }

  void promote(long lost) {
    crash();
    server.promote(lost);
    if (isStopped()) stoppedAt = server.time(); // the last to know was told that it is not
  }

  /** Ends all transactions that are open. */
  void rollBack() {
    server.rollBack();
    unlock();
  }

  private void unlock() {
    for (LeaseRow each : rows) each.locked = false;
  }

  /** The last ones were not waited for, since a beat is worth little: synchronous_commit off. */
  private void loseBeats() {
    for (AgentRow row : agents.values()) {
      if (row.beatAt > server.time() - NOT_ON_DISK) row.beat = row.beatBefore;
    }
  }

  void write(LeaseRow row) {
    server.change(row.back());
  }
}
