package io.vibee.session.testkit.memory;

import io.vibee.session.AgentHealth;
import io.vibee.session.AgentMark;
import io.vibee.session.AgentRegistration;
import io.vibee.session.AgentSummary;
import io.vibee.session.FleetConnection;
import io.vibee.session.FleetStatus;
import io.vibee.session.FleetView;
import io.vibee.session.Lease;
import io.vibee.session.ManagedSessionStore;
import io.vibee.session.RegisteredAgent;
import io.vibee.session.SessionHolding;
import io.vibee.session.SessionLeases;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The leases of a store, each call a transaction of its tables. */
final class MemoryLeases implements SessionLeases {
  private static final Duration LONGEST_COOL_DOWN = Duration.ofHours(1);
  private static final Duration LONGEST_QUIET = Duration.ofDays(30);
  private static final int LONGEST_REASON = 255;
  private static final String EVERYTHING = "*";

  private final MemoryAccess access;
  private final Function<List<Lease>, ManagedSessionStore> views;

  MemoryLeases(MemoryAccess access, Function<List<Lease>, ManagedSessionStore> views) {
    this.access = access;
    this.views = views;
  }

  @Override
  public RegisteredAgent register(AgentRegistration registration, long beat) {
    Objects.requireNonNull(registration, "registration");
    return access.with(
        tables -> {
          MemoryFleet fleet = tables.fleet();
          MemoryAgent agent =
              new MemoryAgent(fleet.nextAgentId(), registration, beat, tables.now());
          fleet.add(agent);
          return new RegisteredAgent(agent.id, fleet.world(), fleet.isSettled());
        });
  }

  @Override
  public Optional<FleetView> beat(long agentId, long beat, AgentHealth health) {
    return access.with(
        tables -> {
          @Nullable MemoryAgent agent = tables.fleet().living(agentId);
          if (agent == null) return Optional.empty();
          agent.beat(beat, health, tables.now());
          return Optional.of(MemoryView.of(tables, agent));
        });
  }

  @Override
  public boolean end(long peerId, long seenBeat) {
    return access.with(
        tables -> {
          @Nullable MemoryAgent peer = tables.fleet().living(peerId);
          if (peer == null || peer.beat != seenBeat) return false;
          int held = tables.fleet().heldBy(peer).size();
          peer.end(tables.now(), false, held);
          Map<String, Object> details =
              Map.of("agent", peer.id, "name", peer.registration.name(), "held", held);
          log(tables, EVERYTHING, "agent_ended", details, null);
          return true;
        });
  }

  @Override
  public List<Lease> claim(long agentId, int atMost, long timeline) {
    if (atMost < 0) throw new IllegalArgumentException("atMost must not be negative: " + atMost);
    return access.with(
        tables -> {
          tables.fleet().requireTimeline(timeline);
          return MemoryClaim.run(tables, tables.fleet().required(agentId), atMost, null);
        });
  }

  @Override
  public Optional<Lease> claim(long agentId, String sessionId, long timeline) {
    Objects.requireNonNull(sessionId, "sessionId");
    return access.with(
        tables -> {
          tables.fleet().requireTimeline(timeline);
          return MemoryClaim.run(tables, tables.fleet().required(agentId), 1, sessionId).stream()
              .findFirst();
        });
  }

  @Override
  public List<Lease> held(long agentId, long timeline) {
    return access.with(
        tables -> {
          MemoryFleet fleet = tables.fleet();
          fleet.requireTimeline(timeline);
          return fleet.heldBy(fleet.required(agentId)).stream()
              .map(lease -> new Lease(lease.sessionId, lease.token))
              .sorted(Comparator.comparing(Lease::sessionId))
              .toList();
        });
  }

  @Override
  public Set<Lease> release(long agentId, Collection<Lease> leases, Duration coolDown) {
    List<Lease> asked = List.copyOf(leases);
    if (coolDown.isNegative()) {
      throw new IllegalArgumentException("coolDown must not be negative: " + coolDown);
    }
    Duration wait = coolDown.compareTo(LONGEST_COOL_DOWN) > 0 ? LONGEST_COOL_DOWN : coolDown;
    return access.with(
        tables -> {
          Set<Lease> released = new LinkedHashSet<>();
          for (Lease each : asked) {
            @Nullable MemoryLease stored = tables.fleet().held(agentId, each);
            if (stored == null) continue;
            if (stored.holder != null && !stored.isUnsettled(stored.holder)) stored.badEnds = 0;
            stored.free(tables.now(), wait, MemoryClaim.lastSeen(tables, stored));
            released.add(each);
          }
          return released;
        });
  }

  @Override
  public int leave(long agentId, boolean leaveOrphans) {
    return access.with(
        tables -> {
          MemoryAgent agent = tables.fleet().required(agentId);
          int holds = tables.fleet().heldBy(agent).size();
          if (holds == 0 || leaveOrphans) agent.end(tables.now(), true, holds);
          else agent.mark = AgentMark.DRAINING;
          return holds;
        });
  }

  @Override
  public boolean mark(long agentId, AgentMark mark) {
    Objects.requireNonNull(mark, "mark");
    return access.with(
        tables -> {
          @Nullable MemoryAgent agent = tables.fleet().living(agentId);
          if (agent == null) return false;
          agent.mark = mark;
          Map<String, Object> details =
              Map.of("agent", agentId, "state", mark.name().toLowerCase(Locale.ROOT));
          log(tables, EVERYTHING, "agent_marked", details, access.actor());
          return true;
        });
  }

  @Override
  public boolean want(long agentId, String sessionId) {
    Objects.requireNonNull(sessionId, "sessionId");
    return access.with(
        tables -> {
          @Nullable MemoryAgent agent = tables.fleet().living(agentId);
          @Nullable MemoryLease lease = tables.fleet().lease(sessionId);
          if (agent == null || agent.mark != AgentMark.TAKING) return false;
          if (lease == null || lease.holder == agent) return false;
          boolean again = lease.wantedBy == agent && lease.isWanted(tables.now());
          lease.wantedBy = agent;
          lease.wantedUntil = tables.now().plus(MemoryLease.WANTED);
          if (!again) {
            log(tables, sessionId, "session_wanted", Map.of("agent", agentId), access.actor());
          }
          return true;
        });
  }

  @Override
  public boolean quarantine(long agentId, Lease lease, String reason) {
    Objects.requireNonNull(lease, "lease");
    String why = checked(reason);
    return access.with(
        tables ->
            quarantine(
                tables,
                tables.fleet().held(agentId, lease),
                true,
                why,
                Map.of("agent", agentId, "token", lease.token(), "reason", why)));
  }

  @Override
  public boolean quarantine(String sessionId, String reason) {
    Objects.requireNonNull(sessionId, "sessionId");
    String why = checked(reason);
    return access.with(
        tables ->
            quarantine(tables, tables.fleet().lease(sessionId), false, why, Map.of("reason", why)));
  }

  private boolean quarantine(
      MemoryTables tables,
      @Nullable MemoryLease lease,
      boolean byHolder,
      String why,
      Map<String, ?> details) {
    if (lease == null) return false;
    lease.quarantinedAt = tables.now();
    lease.byHolder = byHolder;
    lease.reason = why;
    log(tables, lease.sessionId, "session_quarantined", details, access.actor());
    return true;
  }

  private static String checked(String reason) {
    if (reason.isBlank() || reason.length() > LONGEST_REASON) {
      throw new IllegalArgumentException("reason must have 1 to 255 characters");
    }
    return reason;
  }

  @Override
  public boolean clear(String sessionId) {
    Objects.requireNonNull(sessionId, "sessionId");
    return access.with(
        tables -> {
          @Nullable MemoryLease lease = tables.fleet().lease(sessionId);
          if (lease == null) return false;
          if (lease.quarantinedAt == null && !lease.isQuiet(tables.now())) return false;
          Map<String, Object> details = new LinkedHashMap<>();
          if (lease.reason != null) details.put("reason", lease.reason);
          if (lease.quietUntil != null) details.put("quiet_until", lease.quietUntil.toString());
          lease.quarantinedAt = null;
          lease.reason = null;
          lease.byHolder = false;
          lease.quietUntil = null;
          lease.badEnds = 0;
          log(tables, sessionId, "session_cleared", details, access.actor());
          return true;
        });
  }

  @Override
  public boolean quietUntil(long agentId, Lease lease, Instant until) {
    Objects.requireNonNull(lease, "lease");
    Instant exact = until.truncatedTo(ChronoUnit.MICROS);
    return access.with(
        tables -> {
          @Nullable MemoryLease stored = tables.fleet().held(agentId, lease);
          if (stored == null) return false;
          stored.quietUntil = MemoryClaim.earlier(exact, tables.now().plus(LONGEST_QUIET));
          return true;
        });
  }

  @Override
  public boolean stop(String reason) {
    String why = checked(reason);
    return access.with(
        tables -> {
          if (tables.fleet().stoppedWhy != null) return false;
          tables.fleet().stoppedWhy = why;
          tables.fleet().stoppedAt = tables.now();
          log(tables, EVERYTHING, "fleet_stopped", Map.of("reason", why), access.actor());
          return true;
        });
  }

  @Override
  public boolean resume() {
    return access.with(
        tables -> {
          if (tables.fleet().stoppedWhy == null) return false;
          tables.fleet().stoppedWhy = null;
          tables.fleet().stoppedAt = null;
          log(tables, EVERYTHING, "fleet_resumed", Map.of(), access.actor());
          return true;
        });
  }

  private static void log(
      MemoryTables tables,
      String sessionId,
      String type,
      Map<String, ?> details,
      @Nullable String actor) {
    tables.log().addChange(sessionId, null, type, details, actor, tables.now());
  }

  @Override
  public Optional<SessionHolding> find(String sessionId) {
    Objects.requireNonNull(sessionId, "sessionId");
    return access.with(
        tables ->
            Optional.ofNullable(tables.fleet().lease(sessionId))
                .map(lease -> MemoryHoldings.of(tables, lease)));
  }

  @Override
  public List<SessionHolding> list() {
    return access.with(
        tables ->
            tables.fleet().leases().stream()
                .sorted(Comparator.comparing(lease -> lease.sessionId))
                .map(lease -> MemoryHoldings.of(tables, lease))
                .toList());
  }

  @Override
  public List<SessionHolding> list(Collection<String> sessionIds) {
    Set<String> ids = Set.copyOf(sessionIds);
    return access.with(
        tables ->
            ids.stream()
                .sorted()
                .flatMap(id -> Optional.ofNullable(tables.fleet().lease(id)).stream())
                .map(lease -> MemoryHoldings.of(tables, lease))
                .toList());
  }

  @Override
  public FleetStatus status() {
    return access.with(
        tables ->
            new FleetStatus(
                tables.now(),
                Optional.ofNullable(tables.fleet().stoppedAt),
                Optional.ofNullable(tables.fleet().stoppedWhy)));
  }

  @Override
  public Map<SessionHolding.State, Long> counts() {
    Map<SessionHolding.State, Long> counts = new EnumMap<>(SessionHolding.State.class);
    for (SessionHolding holding : list()) counts.merge(holding.state(), 1L, Long::sum);
    return Collections.unmodifiableMap(counts);
  }

  @Override
  public List<SessionHolding> taken() {
    return list().stream().filter(MemoryLeases::isTaken).toList();
  }

  @Override
  public Optional<SessionHolding> taken(String sessionId) {
    return find(sessionId).filter(MemoryLeases::isTaken);
  }

  private static boolean isTaken(SessionHolding holding) {
    return holding.state() == SessionHolding.State.HELD
        || holding.state() == SessionHolding.State.QUARANTINED;
  }

  @Override
  public List<AgentSummary> agents() {
    return access.with(MemoryView::agents);
  }

  @Override
  public FleetConnection connect(Duration timeout) {
    if (timeout.compareTo(Duration.ofMillis(1)) < 0) {
      throw new IllegalArgumentException("timeout must be at least a millisecond: " + timeout);
    }
    return new MemoryConnection(this);
  }

  @Override
  public ManagedSessionStore under(Collection<Lease> leases) {
    return views.apply(List.copyOf(leases));
  }
}
