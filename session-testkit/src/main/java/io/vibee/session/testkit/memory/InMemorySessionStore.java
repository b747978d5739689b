package io.vibee.session.testkit.memory;

import io.vibee.session.Activity;
import io.vibee.session.ActivityCount;
import io.vibee.session.ActivityQuery;
import io.vibee.session.KeyRotation;
import io.vibee.session.KeyVersion;
import io.vibee.session.Lease;
import io.vibee.session.ManagedSessionStore;
import io.vibee.session.NewKey;
import io.vibee.session.RefusedEdit;
import io.vibee.session.RotationProgress;
import io.vibee.session.SaveResult;
import io.vibee.session.Session;
import io.vibee.session.SessionChanges;
import io.vibee.session.SessionCounts;
import io.vibee.session.SessionEdit;
import io.vibee.session.SessionLeases;
import io.vibee.session.SessionLoader;
import io.vibee.session.SessionQuery;
import io.vibee.session.SessionReport;
import io.vibee.session.SessionSummary;
import io.vibee.session.StoredTexts;
import io.vibee.session.UnreadableSession;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A store without a database, for tests of agents. It behaves like the PostgreSQL store with a key
 * in the database: the same values come back, in the same order, with the same errors and the same
 * log. Nothing is encrypted, and nothing outlives the store. A call waits for no more than the
 * calls of other threads, which compute and do not wait, and for what {@link StoreFaults#slow}
 * asks.
 *
 * <p>{@link #faults()} makes it fail on request. An agent that opens its store from the environment
 * gets this one through {@link #environment()}. Thread-safe.
 *
 * <pre>{@code
 * InMemorySessionStore store = new InMemorySessionStore();
 * store.save(TestSessions.session("100200300"));
 * try (SessionLoader loader = SessionLoader.fromEnvironment(store.environment())) {
 *   agent.start(loader.load());
 * }
 * }</pre>
 */
public final class InMemorySessionStore implements ManagedSessionStore, KeyRotation {
  private final MemoryAccess access;

  /** Makes an empty store that uses the system's clock. */
  public InMemorySessionStore() {
    this(Clock.systemUTC());
  }

  /**
   * Makes an empty store.
   *
   * @param clock the store's clock, such as a {@link io.vibee.session.testkit.SettableClock}
   */
  public InMemorySessionStore(Clock clock) {
    this(MemoryAccess.of(new MemoryTables(Objects.requireNonNull(clock, "clock"))));
  }

  private InMemorySessionStore(MemoryAccess access) {
    this.access = access;
  }

  static InMemorySessionStore over(MemoryTables tables) {
    return new InMemorySessionStore(MemoryAccess.of(tables));
  }

  /**
   * Gives access to the faults that this store has on request.
   *
   * @return the faults, which also work after {@link #close()}
   */
  public StoreFaults faults() {
    return access.tables().faults();
  }

  /**
   * Opens another store over the same data, as another process would. Closing one leaves the other
   * open.
   *
   * @return the other store
   */
  public InMemorySessionStore reopen() {
    return over(access.tables());
  }

  /**
   * Returns variables with which {@link SessionLoader#fromEnvironment(Map)} loads every active
   * session of this store, through its own store over the same data. Valid as long as this store is
   * reachable.
   *
   * @return {@code DATABASE_URL} and {@code MULTI_TENANT=true}; unmodifiable
   */
  public Map<String, String> environment() {
    return Map.of("DATABASE_URL", MemoryUrls.of(access.tables()), "MULTI_TENANT", "true");
  }

  /**
   * Returns variables with which one user's session is loaded instead.
   *
   * @param userId the user whose session to load
   * @return {@code DATABASE_URL} and {@code USER_ID}; unmodifiable
   */
  public Map<String, String> environment(String userId) {
    return Map.of("DATABASE_URL", MemoryUrls.of(access.tables()), "USER_ID", userId);
  }

  @Override
  public Optional<Session> findByUserId(String userId) {
    return access.with(t -> MemorySessions.find(t.ofUser(userId)));
  }

  @Override
  public Optional<Session> findBySessionId(String sessionId) {
    return access.with(t -> MemorySessions.find(t.ofSession(sessionId)));
  }

  @Override
  public void forEachActive(
      Consumer<? super Session> readable, Consumer<? super UnreadableSession> unreadable) {
    stream(row -> row.values().active(), readable, unreadable);
  }

  @Override
  public void forEach(
      Consumer<? super Session> readable, Consumer<? super UnreadableSession> unreadable) {
    stream(row -> true, readable, unreadable);
  }

  @Override
  public void forEachById(
      Collection<String> sessionIds,
      Consumer<? super Session> readable,
      Consumer<? super UnreadableSession> unreadable) {
    Set<String> ids = Set.copyOf(sessionIds);
    stream(row -> ids.contains(row.values().sessionId()), readable, unreadable);
  }

  /** Hands sessions over outside the lock, since a consumer may be slow, or call the store. */
  private void stream(
      Predicate<MemoryRow> wanted,
      Consumer<? super Session> readable,
      Consumer<? super UnreadableSession> unreadable) {
    Objects.requireNonNull(readable, "readable");
    Objects.requireNonNull(unreadable, "unreadable");
    List<MemoryRow> rows =
        access.with(t -> t.after(Long.MIN_VALUE).stream().filter(wanted).toList());
    rows.forEach(row -> MemorySessions.handOver(row, readable, unreadable));
  }

  @Override
  public InMemorySessionStore actingAs(String name) {
    access.requireOpen();
    return new InMemorySessionStore(access.actingAs(StoredTexts.requireActor(name)));
  }

  private InMemorySessionStore under(List<Lease> leases) {
    access.requireOpen();
    return new InMemorySessionStore(access.under(leases));
  }

  /** Answers also for leases and the feed, which are classes of their own. */
  @Override
  public <T> Optional<T> as(Class<T> ability) {
    if (ability == SessionLeases.class) {
      return Optional.of(ability.cast(new MemoryLeases(access, this::under)));
    }
    if (ability == SessionChanges.class) {
      return Optional.of(ability.cast(new MemoryChanges(access)));
    }
    return ManagedSessionStore.super.as(ability);
  }

  @Override
  public Optional<SessionSummary> summaryOfUser(String userId) {
    return access.with(t -> Optional.ofNullable(t.ofUser(userId)).map(MemoryRow::values));
  }

  @Override
  public Optional<SessionSummary> summaryOfSession(String sessionId) {
    return access.with(t -> Optional.ofNullable(t.ofSession(sessionId)).map(MemoryRow::values));
  }

  @Override
  public List<SessionSummary> list(SessionQuery query) {
    return access.with(t -> MemorySessions.list(t, query));
  }

  @Override
  public SaveResult<SessionSummary> edit(SessionEdit edit) {
    return access.change(t -> MemorySessions.edit(t, edit, access.actor()));
  }

  /** {@inheritDoc} Makes one at a time. */
  @Override
  public void editAll(
      Iterable<? extends SessionEdit> edits,
      Consumer<? super SaveResult<SessionSummary>> saved,
      Consumer<? super RefusedEdit> refused) {
    access.requireOpen();
    ManagedSessionStore.super.editAll(edits, saved, refused);
  }

  @Override
  public SessionCounts counts() {
    return access.with(MemorySessions::counts);
  }

  @Override
  public List<ActivityCount> activityCounts(Instant from, Duration span, int spans) {
    return access.with(t -> t.log().counts(from, span, spans));
  }

  @Override
  public SaveResult<Session> save(Session session) {
    return access.change(t -> MemorySessions.save(t, session, access.actor()));
  }

  @Override
  public boolean activate(String sessionId) {
    return access.change(t -> MemorySessions.setActive(t, sessionId, true, access.actor()));
  }

  @Override
  public boolean deactivate(String sessionId) {
    return access.change(t -> MemorySessions.setActive(t, sessionId, false, access.actor()));
  }

  @Override
  public boolean markAuthorized(String sessionId, boolean authorized) {
    return access.change(
        t -> MemorySessions.setAuthorized(t, sessionId, authorized, access.actor()));
  }

  @Override
  public boolean delete(String sessionId) {
    return access.change(t -> MemorySessions.delete(t, sessionId, access.actor()));
  }

  @Override
  public Set<String> report(Collection<SessionReport> reports) {
    List<SessionReport> copy = List.copyOf(reports);
    return access.change(t -> MemoryHeartbeats.report(t, copy, access.actor()));
  }

  @Override
  public void recordActivity(String sessionId, String type, Map<String, ?> details) {
    access.change(t -> MemorySessions.record(t, sessionId, type, details));
  }

  @Override
  public List<Activity> activity(ActivityQuery query) {
    return access.with(t -> t.log().read(query));
  }

  @Override
  public List<KeyVersion> keys() {
    return access.with(t -> t.keys().list(t::countOfKey));
  }

  @Override
  public KeyVersion changeKey(NewKey key) {
    Objects.requireNonNull(key, "key");
    return access.change(t -> MemoryRotation.changeKey(t, key, access.actor()));
  }

  @Override
  public RotationProgress rotate(Predicate<? super RotationProgress> keepGoing) {
    Objects.requireNonNull(keepGoing, "keepGoing");
    return new MemoryRotation(access.tables(), keepGoing, access.actor(), access::ready).run();
  }

  @Override
  public boolean prune(int version) {
    return access.change(t -> MemoryRotation.prune(t, version, access.actor()));
  }

  @Override
  public void check() {
    access.ready();
  }

  /**
   * Closes this store and its views; does nothing for a view. The data stays, see {@link #reopen}.
   */
  @Override
  public void close() {
    access.close();
  }
}
