package io.vibee.session.jdbc.fleet;

import io.vibee.session.AgentHealth;
import io.vibee.session.AgentMark;
import io.vibee.session.AgentRegistration;
import io.vibee.session.AgentSummary;
import io.vibee.session.FleetConnection;
import io.vibee.session.FleetStatus;
import io.vibee.session.FleetView;
import io.vibee.session.FleetWorld;
import io.vibee.session.Lease;
import io.vibee.session.ManagedSessionStore;
import io.vibee.session.RegisteredAgent;
import io.vibee.session.SessionHolding;
import io.vibee.session.SessionLeases;
import io.vibee.session.jdbc.fleet.Fleet.Asked;
import io.vibee.session.jdbc.sql.Jdbc;
import io.vibee.session.jdbc.sql.KeptConnection;
import io.vibee.session.jdbc.sql.Query;
import io.vibee.session.jdbc.sql.Tx;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls the functions of the database that are the protocol of a fleet: one statement, which is one
 * transaction and one round trip. So its SQL names the schema of types, too.
 */
public final class FleetLeases implements SessionLeases {
  private static final String REGISTER =
      """
      select agent_id, world, timeline, settled
        from @home@.session_fleet_register(?::pg_catalog.text, ?::pg_catalog.text, ?::bigint, ?::integer,
               pg_catalog.make_interval(secs => ?::double precision), ?::pg_catalog.text, ?::pg_catalog.text, ?::bigint)
      """;

  private static final String BEAT =
      """
      select agent_id, beat, pg_catalog.date_part('epoch', silence), generation, capacity, held, running, steady,
             state, machine, process, world, timeline, settled, runnable, claimable, stopped, refused, wanted, awaited
        from @home@.session_fleet_beat(?::bigint, ?::bigint, ?::integer, ?::boolean)
      """;

  private static final String END = "select @home@.session_fleet_end(?::bigint, ?::bigint)";

  private static final String CLAIM =
      """
      select session_id, token
        from @home@.session_fleet_claim(?::bigint, ?::integer, ?::bigint, ?::pg_catalog.text)
      """;

  private static final String HELD =
      "select session_id, token from @home@.session_fleet_held(?::bigint, ?::bigint)";

  private static final String RELEASE =
      """
      select session_id, token from @home@.session_fleet_release(?::bigint, ?::pg_catalog.text[], ?::bigint[],
        pg_catalog.make_interval(secs => ?::double precision))
      """;

  private static final String LEAVE = "select @home@.session_fleet_leave(?::bigint, ?::boolean)";

  private static final String MARK =
      "select @home@.session_fleet_mark(?::bigint, ?::pg_catalog.text)";

  private static final String WANT =
      "select @home@.session_fleet_want(?::bigint, ?::pg_catalog.text)";

  private static final String QUARANTINE =
      "select @home@.session_fleet_quarantine(?::bigint, ?::pg_catalog.text, ?::bigint, ?::pg_catalog.text)";

  private static final String QUARANTINE_BY_HAND =
      "select @home@.session_fleet_quarantine(null::bigint, ?::pg_catalog.text, null::bigint, ?::pg_catalog.text)";

  private static final String CLEAR = "select @home@.session_fleet_clear(?::pg_catalog.text)";

  private static final String QUIET =
      "select @home@.session_fleet_quiet(?::bigint, ?::pg_catalog.text, ?::bigint, ?::timestamp with time zone)";

  private static final String STOP = "select @home@.session_fleet_stop(?::pg_catalog.text)";

  private static final String RESUME = "select @home@.session_fleet_resume()";

  private static final String SESSIONS =
      """
      select session_id, token, state, detail, until, since, agent_id, agent, address
        from @home@.session_fleet_sessions(?::text)
      """;

  private static final String SOME_SESSIONS =
      """
      select w.session_id, w.token, w.state, w.detail, w.until, w.since, w.agent_id, w.agent, w.address
        from pg_catalog.unnest(?::pg_catalog.text[]) as asked (id)
       cross join lateral @home@.session_fleet_sessions(asked.id) w
       order by w.session_id
      """;

  private static final String AGENTS =
      """
      select agent_id, name, address, generation, capacity, held, running, steady, state, clean,
             date_part('epoch', silence), started_at, seen_at, ended_at
        from @home@.session_fleet_agents()
      """;

  private static final String STATUS =
      "select clock_timestamp(), stopped_at, stopped_why from @home@.session_fleet where id = 1";

  private static final String COUNTS =
      "select state, count(*) from @home@.session_fleet_sessions(null::text) group by state";

  private static final int LONGEST_REASON = 255;

  private final Fleet fleet;
  private final Supplier<Jdbc> toWrite;
  private final Supplier<Jdbc> toRead;
  private final Function<List<Lease>, ManagedSessionStore> views;
  private final Function<Duration, Link> links;

  /**
   * A connection of its own.
   *
   * @param toWrite gives access to the open store over it, for changes
   */
  public record Link(KeptConnection connection, Supplier<Jdbc> toWrite) {}

  /**
   * Creates the leases of a store.
   *
   * @param toWrite gives access to an open store for changes
   * @param toRead gives access to an open store
   * @param views makes a view of it whose changes rely on leases
   * @param links makes connections of their own whose calls may take so long
   */
  public FleetLeases(
      Supplier<Jdbc> toWrite,
      Supplier<Jdbc> toRead,
      Function<List<Lease>, ManagedSessionStore> views,
      Function<Duration, Link> links) {
    this(new Fleet(), toWrite, toRead, views, links);
  }

  private FleetLeases(
      Fleet fleet,
      Supplier<Jdbc> toWrite,
      Supplier<Jdbc> toRead,
      Function<List<Lease>, ManagedSessionStore> views,
      Function<Duration, Link> links) {
    this.fleet = fleet;
    this.links = links;
    this.toWrite = toWrite;
    this.toRead = toRead;
    this.views = views;
  }

  @Override
  public RegisteredAgent register(AgentRegistration registration, long beat) {
    Objects.requireNonNull(registration, "registration");
    return fleet.write(
        toWrite.get(),
        tx ->
            tx.query(REGISTER)
                .text(registration.name())
                .text(registration.address().orElse(null))
                .bigint(registration.generation())
                .integer(registration.capacity())
                .text(seconds(registration.silence()))
                .text(registration.machine().orElse(null))
                .text(registration.process().orElse(null))
                .bigint(beat)
                .one(
                    row ->
                        new RegisteredAgent(
                            row.getLong(1),
                            new FleetWorld(row.getLong(2), row.getLong(3)),
                            row.getBoolean(4))));
  }

  private static String seconds(Duration duration) {
    return duration.toMillis() / 1000.0 + "";
  }

  @Override
  public Optional<FleetView> beat(long agentId, long beat, AgentHealth health) {
    return fleet.write(
        toWrite.get(),
        tx -> {
          BeatRows rows = new BeatRows(agentId);
          tx.query(BEAT)
              .bigint(agentId)
              .bigint(beat)
              .integer(health.running())
              .flag(health.steady())
              .forEach(rows::visit);
          return rows.view();
        });
  }

  @Override
  public boolean end(long peerId, long seenBeat) {
    return is(tx -> tx.query(END).bigint(peerId).bigint(seenBeat));
  }

  private interface Call {
    Query of(Tx tx) throws SQLException;
  }

  private boolean is(Call call) {
    return fleet.write(toWrite.get(), tx -> call.of(tx).one(row -> row.getBoolean(1)));
  }

  /** Does what people decide, which is logged under the name of whoever this store acts for. */
  private boolean decide(Call call) {
    return fleet.decide(toWrite.get(), tx -> call.of(tx).one(row -> row.getBoolean(1)));
  }

  @Override
  public List<Lease> claim(long agentId, int atMost, long timeline) {
    if (atMost < 0) throw new IllegalArgumentException("atMost must not be negative: " + atMost);
    return claim(agentId, atMost, timeline, null);
  }

  @Override
  public Optional<Lease> claim(long agentId, String sessionId, long timeline) {
    Objects.requireNonNull(sessionId, "sessionId");
    return claim(agentId, 1, timeline, sessionId).stream().findFirst();
  }

  private List<Lease> claim(long agentId, int atMost, long timeline, @Nullable String sessionId) {
    return fleet.write(
        toWrite.get(),
        new Asked(agentId, timeline),
        tx ->
            leases(
                tx.query(CLAIM).bigint(agentId).integer(atMost).bigint(timeline).text(sessionId)));
  }

  @Override
  public List<Lease> held(long agentId, long timeline) {
    return fleet.write(
        toWrite.get(),
        new Asked(agentId, timeline),
        tx -> leases(tx.query(HELD).bigint(agentId).bigint(timeline)));
  }

  private static List<Lease> leases(Query query) throws SQLException {
    return query.list(row -> new Lease(row.getString(1), row.getLong(2)));
  }

  @Override
  public Set<Lease> release(long agentId, Collection<Lease> leases, Duration coolDown) {
    List<Lease> asked = List.copyOf(leases);
    if (coolDown.isNegative()) {
      throw new IllegalArgumentException("coolDown must not be negative: " + coolDown);
    }
    return fleet.write(
        toWrite.get(),
        tx -> {
          Set<Lease> released =
              new LinkedHashSet<>(
                  leases(
                      tx.query(RELEASE)
                          .bigint(agentId)
                          .array(sessionIds(asked))
                          .array(tokens(asked))
                          .text(seconds(coolDown))));
          return Collections.unmodifiableSet(released);
        });
  }

  static String[] sessionIds(List<Lease> leases) {
    return leases.stream().map(Lease::sessionId).toArray(String[]::new);
  }

  static long[] tokens(List<Lease> leases) {
    return leases.stream().mapToLong(Lease::token).toArray();
  }

  @Override
  public int leave(long agentId, boolean leaveOrphans) {
    return fleet.write(
        toWrite.get(),
        new Asked(agentId, 0),
        tx -> tx.query(LEAVE).bigint(agentId).flag(leaveOrphans).one(row -> row.getInt(1)));
  }

  @Override
  public boolean mark(long agentId, AgentMark mark) {
    String state = mark.name().toLowerCase(Locale.ROOT);
    return decide(tx -> tx.query(MARK).bigint(agentId).text(state));
  }

  @Override
  public boolean want(long agentId, String sessionId) {
    Objects.requireNonNull(sessionId, "sessionId");
    return decide(tx -> tx.query(WANT).bigint(agentId).text(sessionId));
  }

  @Override
  public boolean quarantine(long agentId, Lease lease, String reason) {
    Objects.requireNonNull(lease, "lease");
    String why = checked(reason);
    return decide(
        tx ->
            tx.query(QUARANTINE)
                .bigint(agentId)
                .text(lease.sessionId())
                .bigint(lease.token())
                .text(why));
  }

  @Override
  public boolean quarantine(String sessionId, String reason) {
    Objects.requireNonNull(sessionId, "sessionId");
    String why = checked(reason);
    return decide(tx -> tx.query(QUARANTINE_BY_HAND).text(sessionId).text(why));
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
    return decide(tx -> tx.query(CLEAR).text(sessionId));
  }

  @Override
  public boolean quietUntil(long agentId, Lease lease, Instant until) {
    Objects.requireNonNull(lease, "lease");
    return is(
        tx ->
            tx.query(QUIET)
                .bigint(agentId)
                .text(lease.sessionId())
                .bigint(lease.token())
                .time(until.atOffset(ZoneOffset.UTC)));
  }

  @Override
  public boolean stop(String reason) {
    String why = checked(reason);
    return decide(tx -> tx.query(STOP).text(why));
  }

  @Override
  public boolean resume() {
    return decide(tx -> tx.query(RESUME));
  }

  @Override
  public Optional<SessionHolding> find(String sessionId) {
    Objects.requireNonNull(sessionId, "sessionId");
    return sessions(sessionId).stream().findFirst();
  }

  @Override
  public List<SessionHolding> list() {
    return sessions(null);
  }

  @Override
  public List<SessionHolding> list(Collection<String> sessionIds) {
    String[] ids = Set.copyOf(sessionIds).toArray(String[]::new);
    return fleet.read(
        toRead.get(), tx -> tx.query(SOME_SESSIONS).array("text", ids).list(BeatRows::holding));
  }

  private List<SessionHolding> sessions(@Nullable String sessionId) {
    return fleet.read(
        toRead.get(), tx -> tx.query(SESSIONS).text(sessionId).list(BeatRows::holding));
  }

  @Override
  public FleetStatus status() {
    return fleet.read(toRead.get(), tx -> tx.query(STATUS).one(BeatRows::status));
  }

  @Override
  public Map<SessionHolding.State, Long> counts() {
    return fleet.read(
        toRead.get(),
        tx -> {
          Map<SessionHolding.State, Long> counts = new EnumMap<>(SessionHolding.State.class);
          tx.query(COUNTS).forEach(row -> counts.put(BeatRows.state(row, 1), row.getLong(2)));
          return Collections.unmodifiableMap(counts);
        });
  }

  @Override
  public List<SessionHolding> taken() {
    return TakenSessions.read(toRead.get(), null);
  }

  @Override
  public Optional<SessionHolding> taken(String sessionId) {
    Objects.requireNonNull(sessionId, "sessionId");
    return TakenSessions.read(toRead.get(), sessionId).stream().findFirst();
  }

  @Override
  public List<AgentSummary> agents() {
    return fleet.read(toRead.get(), tx -> tx.query(AGENTS).list(BeatRows::summary));
  }

  @Override
  public FleetConnection connect(Duration timeout) {
    if (timeout.compareTo(Duration.ofMillis(1)) < 0) {
      throw new IllegalArgumentException("timeout must be at least a millisecond: " + timeout);
    }
    Link link = links.apply(timeout);
    return new FleetLink(
        new FleetLeases(fleet, link.toWrite(), link.toWrite(), views, links), link.connection());
  }

  @Override
  public ManagedSessionStore under(Collection<Lease> leases) {
    return views.apply(List.copyOf(leases));
  }
}
