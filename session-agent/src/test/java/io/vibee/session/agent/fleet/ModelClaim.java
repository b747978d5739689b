package io.vibee.session.agent.fleet;

import io.vibee.session.AgentMark;
import io.vibee.session.Lease;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A claim that has locked what it takes and has not committed, as {@code session_fleet_claim} in a
 * transaction: orphans first, but for those that may have killed their holder, then what is free.
 */
final class ModelClaim {
  private static final long SOON = 600_000_000_000L;
  private static final int DEADLY = 3;
  private static final int TRIED_TOGETHER = 50;
  private static final long OVERDUE = 10_000_000_000L;

  private final ModelDatabase database;
  private final ModelServer server;
  private final AgentRow agent;
  private final int epoch;
  private final long startedAt;

  /** What the agent gets. */
  private final List<LeaseRow> given = new ArrayList<>();

  /** Orphans that may be what has killed their holder: somebody may have them later. */
  private final List<LeaseRow> freed = new ArrayList<>();

  /**
   * Begins it.
   *
   * @param only the session that it is about; null for any
   */
  ModelClaim(ModelDatabase database, AgentRow agent, int atMost, @Nullable String only) {
    this.database = database;
    this.server = database.server;
    this.agent = agent;
    this.epoch = server.epoch();
    this.startedAt = server.clock();
    boolean takes = agent.mark == AgentMark.TAKING && !database.isStopped();
    List<LeaseRow> rows = database.inSomeOrder();
    rows.removeIf(each -> only != null && !each.session.equals(only));
    if (takes && !triesSuspects()) choose(rows, atMost, only != null);
    for (LeaseRow each : given) each.locked = true;
    for (LeaseRow each : freed) each.locked = true;
    if (database.flaw != Flaw.CLAIM_WITHOUT_LOCK) server.holdFast(agent, 1);
  }

  /** Whether it has some of which it is not known yet whether they kill it. */
  private boolean triesSuspects() {
    return database.inSomeOrder().stream()
        .anyMatch(each -> each.owner == agent && each.badEnds > 0 && isTried(each, agent));
  }

  /** Whether the agent has not been steady since it got it. */
  private static boolean isTried(LeaseRow row, AgentRow its) {
    return !its.wasSteady || row.claimedAt > its.steadyAt;
  }

  private void choose(List<LeaseRow> rows, int atMost, boolean named) {
    int left = atMost;
    for (LeaseRow each : rows) {
      AgentRow dead = each.owner;
      if (left == 0) return;
      if (each.locked || dead == null || !dead.ended) continue;
      if (isSuspect(each, dead)) {
        freed.add(each);
      } else {
        if (isQuarantined(each)) freed.add(each);
        else if (left-- > 0) given.add(each);
      }
    }
    List<LeaseRow> suspects = new ArrayList<>();
    boolean theirTurn = Math.floorMod(startedAt / OVERDUE, 2) == 0;
    if (given.isEmpty() && theirTurn && !named) {
      for (LeaseRow each : rows) {
        boolean overdue = each.badEnds > 0 && each.freeAt <= startedAt - OVERDUE;
        if (overdue && !each.locked && each.owner == null && !isQuarantined(each)) {
          suspects.add(each);
        }
      }
      suspects.removeIf(each -> each.isReservedFrom(agent.id, startedAt));
      chooseSuspects(suspects, left);
      if (!given.isEmpty()) return;
      suspects.clear();
    }
    for (LeaseRow each : rows) {
      if (left == 0) return;
      if (each.locked || each.owner != null || isQuarantined(each)) continue;
      if (each.isCooling(startedAt) || each.isReservedFrom(agent.id, startedAt)) continue;
      if (each.badEnds > 0 && !named) {
        suspects.add(each);
      } else {
        given.add(each);
        left--;
      }
    }
    if (given.isEmpty()) chooseSuspects(suspects, left);
  }

  /** So that three deaths single out the one session that kills processes. */
  private void chooseSuspects(List<LeaseRow> suspects, int left) {
    suspects.sort(Comparator.comparingInt(each -> -each.badEnds));
    if (suspects.isEmpty()) return;
    boolean alone = suspects.get(0).badEnds == DEADLY - 1;
    int together = alone ? 1 : Math.min(left, TRIED_TOGETHER);
    given.addAll(suspects.subList(0, Math.min(together, suspects.size())));
  }

  private boolean isQuarantined(LeaseRow row) {
    return row.quarantined && database.flaw != Flaw.QUARANTINE_UNHEEDED;
  }

  /** Whether its holder died soon after it got it, and before all that it had were settled. */
  private boolean isSuspect(LeaseRow row, AgentRow dead) {
    return database.flaw != Flaw.DEATHS_UNCOUNTED
        && !dead.clean
        && row.claimedAt > dead.endedAt - SOON
        && isTried(row, dead);
  }

  /** Returns null if the database has crashed meanwhile, or the claim is to be rolled back. */
  @Nullable List<Lease> commit(boolean rollback) {
    if (epoch != server.epoch()) return null;
    for (LeaseRow each : given) each.locked = false;
    for (LeaseRow each : freed) each.locked = false;
    if (database.flaw != Flaw.CLAIM_WITHOUT_LOCK) server.holdFast(agent, -1);
    if (rollback) return null;
    if (agent.ended)
      throw new Violation("agent " + agent.id + " has ended, and was given sessions");
    for (LeaseRow each : freed) free(each);
    List<Lease> leases = new ArrayList<>();
    for (LeaseRow each : given) {
      database.write(each);
      if (each.owner != null) each.badEnds = 0;
      database.give(each, agent);
      each.claimedAt = startedAt;
      each.wantedBy = 0;
      leases.add(each.lease());
    }
    server.settle();
    return leases;
  }

  private void free(LeaseRow row) {
    database.write(row);
    AgentRow dead = row.owner;
    if (dead != null && isSuspect(row, dead) && ++row.badEnds >= DEADLY) row.setQuarantined(true);
    row.free(startedAt, 0);
    row.wantedBy = 0;
  }
}
