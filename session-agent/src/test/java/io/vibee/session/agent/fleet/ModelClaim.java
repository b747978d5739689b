package io.vibee.session.agent.fleet;

import io.vibee.session.AgentMark;
import io.vibee.session.Lease;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A claim that has locked what it takes and has not committed, as {@code session_fleet_claim} in a
 * transaction: orphans first, each with what becomes of it since its holder has died, then what is
 * free.
 */
final class ModelClaim {
  private static final long SOON = 600_000_000_000L;
  private static final int DEADLY = 3;

  private final ModelDatabase database;
  private final ModelServer server;
  private final AgentRow agent;
  private final int epoch;
  private final long startedAt;
  private final List<LeaseRow> locked = new ArrayList<>();

  /** Begins it. */
  ModelClaim(ModelDatabase database, AgentRow agent, int atMost) {
    this.database = database;
    this.server = database.server;
    this.agent = agent;
    this.epoch = server.epoch();
    this.startedAt = server.clock();
    boolean takes = agent.mark == AgentMark.TAKING && !database.isStopped();
    if (takes) choose(atMost);
    for (LeaseRow each : locked) each.locked = true;
    if (database.flaw != Flaw.CLAIM_WITHOUT_LOCK) server.holdFast(agent, 1);
  }

  private void choose(int atMost) {
    List<LeaseRow> rows = database.inSomeOrder();
    Map<Long, Integer> orphans = new HashMap<>();
    int left = atMost;
    for (LeaseRow each : rows) {
      AgentRow dead = each.owner;
      if (left == 0) return;
      if (each.locked || dead == null || !dead.ended) continue;
      // Those that are quarantined are looked at, too, up to as many of each agent.
      if (orphans.merge(dead.id, 1, Integer::sum) > atMost) continue;
      locked.add(each);
      if (!isQuarantined(each)) left--;
    }
    for (LeaseRow each : rows) {
      if (left == 0) return;
      if (each.locked || each.owner != null || isQuarantined(each)) continue;
      if (each.isCooling(startedAt) || each.isReservedFrom(agent.id, startedAt)) continue;
      locked.add(each);
      left--;
    }
  }

  private boolean isQuarantined(LeaseRow row) {
    if (database.flaw == Flaw.QUARANTINE_UNHEEDED) return false;
    return row.quarantined || isDeadly(row);
  }

  /** Whether its holder was the third in a row that died soon after it got it. */
  private boolean isDeadly(LeaseRow row) {
    AgentRow dead = row.owner;
    return dead != null
        && database.flaw != Flaw.DEATHS_UNCOUNTED
        && !dead.clean
        && row.badEnds >= DEADLY - 1
        && diedSoon(row, dead);
  }

  private static boolean diedSoon(LeaseRow row, AgentRow dead) {
    return row.claimedAt > dead.endedAt - SOON;
  }

  /** Returns null if the database has crashed meanwhile, or the claim is to be rolled back. */
  @Nullable List<Lease> commit(boolean rollback) {
    if (epoch != server.epoch()) return null;
    for (LeaseRow each : locked) each.locked = false;
    if (database.flaw != Flaw.CLAIM_WITHOUT_LOCK) server.holdFast(agent, -1);
    if (rollback) return null;
    if (agent.ended)
      throw new Violation("agent " + agent.id + " has ended, and was given sessions");
    List<Lease> leases = new ArrayList<>();
    for (LeaseRow each : locked) {
      database.write(each);
      boolean spoiled = isQuarantined(each);
      AgentRow dead = each.owner;
      if (dead != null && !dead.clean) {
        if (isDeadly(each)) each.setQuarantined(true);
        each.badEnds = diedSoon(each, dead) ? each.badEnds + 1 : 1;
      }
      if (spoiled) {
        each.free(startedAt, 0);
      } else {
        database.give(each, agent);
        each.claimedAt = startedAt;
        leases.add(each.lease());
      }
      each.wantedBy = 0;
    }
    server.settle();
    return leases;
  }
}
