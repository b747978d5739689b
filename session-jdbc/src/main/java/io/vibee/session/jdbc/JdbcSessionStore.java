package io.vibee.session.jdbc;

import io.vibee.session.Activity;
import io.vibee.session.ActivityCount;
import io.vibee.session.ActivityQuery;
import io.vibee.session.Diagnostics;
import io.vibee.session.Finding;
import io.vibee.session.KeyRotation;
import io.vibee.session.KeyVersion;
import io.vibee.session.ManagedSessionStore;
import io.vibee.session.MisconfiguredException;
import io.vibee.session.NewKey;
import io.vibee.session.RefusedEdit;
import io.vibee.session.RotationProgress;
import io.vibee.session.SaveResult;
import io.vibee.session.Session;
import io.vibee.session.SessionChanges;
import io.vibee.session.SessionCounts;
import io.vibee.session.SessionEdit;
import io.vibee.session.SessionLeases;
import io.vibee.session.SessionQuery;
import io.vibee.session.SessionReport;
import io.vibee.session.SessionSummary;
import io.vibee.session.StoredTexts;
import io.vibee.session.UnreadableSession;
import io.vibee.session.jdbc.fleet.FleetChanges;
import io.vibee.session.jdbc.fleet.FleetLeases;
import io.vibee.session.jdbc.fleet.LeaseGuard;
import io.vibee.session.jdbc.keys.KeyTable;
import io.vibee.session.jdbc.keys.RotateSessions;
import io.vibee.session.jdbc.load.StreamSessions;
import io.vibee.session.jdbc.seal.HashSealer;
import io.vibee.session.jdbc.url.DatabaseUrl;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Sessions in PostgreSQL 14 or newer, encrypted either by pgcrypto with the key in {@code
 * encryption_keys}, or in this process with a key that the database never sees.
 *
 * <p>The database says which of the two is in force; {@link KeyRotation} changes it. With a key in
 * the database, an {@code api_hash} travels in clear between this process and the server, so use
 * TLS. With a {@link HashSealer}, only sealed messages travel; a hash that was copied from another
 * row, rolled back or changed is refused, and the activity log gets a {@code tampering_detected}
 * entry if the role may add one and the store does not {@linkplain #readOnly only read}.
 *
 * <p>Needs the tables of {@code migrations/}, see {@link SessionMigrations}; it never creates or
 * changes them itself. Connects at its first use, and then checks the schema's version and the
 * current key. Works through PgBouncer in transaction mode. Thread-safe.
 *
 * <p>The tables are looked for once, by the search path, and named with their schema from then on.
 * Each call is one transaction, in which nothing else is looked up by that path, and in which rows
 * that row level security would hide are an error. A change that failed was not made and will not
 * be, unless the error is an {@link io.vibee.session.OutcomeUnknownException}. No call waits for
 * ever:
 *
 * <ul>
 *   <li>for a connection from its own pool: 5 seconds
 *   <li>for an answer, on such a connection: 60 seconds, or {@code socketTimeout} of the URL; a
 *       caller's data source needs such a limit, too
 *   <li>for a statement: 50 seconds, or {@code statement_timeout} of the role if that is less; a
 *       load reads some 2,000 rows at a time before it hands them over, so a slow consumer does not
 *       count
 *   <li>for a lock: 40 seconds, or {@code lock_timeout} of the role if that is less
 *   <li>for rows that others hold, in {@link #report}: 2 seconds
 *   <li>for others who are saving, in {@link #changeKey}: 30 seconds, in attempts of 1.5 seconds
 *       during which nobody else can save
 * </ul>
 *
 * <p>Logs a line at INFO when it is opened and closed, with hosts and database but never with user
 * or password, and for each key change and each rotation.
 *
 * <p>Refuses a value with a character that the database's encoding lacks, with an {@link
 * IllegalArgumentException} whose message begins with the value's name.
 */
public final class JdbcSessionStore implements ManagedSessionStore, KeyRotation, Diagnostics {
  private final OpenStore store;

  private JdbcSessionStore(OpenStore store) {
    this.store = store;
  }

  /**
   * Uses the caller's connections, as many at a time as there are calls. A call that loads more
   * than 2,000 sessions asks for a second one, on a thread of its own, and does without if there is
   * none, if it is the first one again, or if it sees fewer rows. The caller closes the data
   * source. Each call uses its own connection and transaction, so the data source must not hand out
   * the connection of a surrounding transaction. For pgjdbc, set {@code
   * logServerErrorDetail=false}, so that the driver's own log does not quote stored values.
   *
   * @param dataSource supplies connections
   * @return the store, which has not connected yet
   */
  public static JdbcSessionStore over(DataSource dataSource) {
    return over(dataSource, null);
  }

  /**
   * Uses the caller's connections as {@link #over(DataSource)} does, and keys that the database
   * never sees.
   *
   * @param dataSource supplies connections
   * @param sealer holds the keys; null for none
   * @return the store, which has not connected yet
   */
  public static JdbcSessionStore over(DataSource dataSource, @Nullable HashSealer sealer) {
    return new JdbcSessionStore(
        OpenStore.over(Objects.requireNonNull(dataSource, "dataSource"), sealer, false));
  }

  /**
   * Uses the caller's connections as {@link #over(DataSource)} does, and only to read: they may
   * lead to a standby. The store is {@link #readOnly}, its transactions are too.
   *
   * @param dataSource supplies connections
   * @param sealer holds the keys; null for none
   * @return the store, which has not connected yet
   */
  public static JdbcSessionStore overStandby(DataSource dataSource, @Nullable HashSealer sealer) {
    return new JdbcSessionStore(
        OpenStore.over(Objects.requireNonNull(dataSource, "dataSource"), sealer, true));
  }

  /**
   * Uses its own connection pool, which {@link #close()} closes. Connects at the first use. With
   * {@code target_session_attrs=standby} or {@code read-only}, or {@code
   * targetServerType=secondary} of a {@code jdbc:} URL, the store is {@link #readOnly}.
   *
   * @param databaseUrl a libpq URI such as {@code postgresql://user:password@host/database}, or a
   *     {@code jdbc:postgresql:} URL
   * @return the store, which has not connected yet
   * @throws MisconfiguredException if the URL is malformed, or asks for something that cannot be
   *     honoured; the message does not repeat the URL
   */
  public static JdbcSessionStore open(String databaseUrl) {
    return open(databaseUrl, null);
  }

  /**
   * Uses its own connection pool as {@link #open(String)} does, and keys that the database never
   * sees.
   *
   * @param databaseUrl as for {@link #open(String)}
   * @param sealer holds the keys; null for none
   * @return the store, which has not connected yet
   * @throws MisconfiguredException as for {@link #open(String)}
   */
  public static JdbcSessionStore open(String databaseUrl, @Nullable HashSealer sealer) {
    return new JdbcSessionStore(OpenStore.over(DatabaseUrl.parse(databaseUrl), sealer));
  }

  @Override
  public Optional<Session> findByUserId(String userId) {
    return FindSession.byUserId(
        store.ready(), store.reader(), Objects.requireNonNull(userId, "userId"));
  }

  @Override
  public Optional<Session> findBySessionId(String sessionId) {
    return FindSession.bySessionId(store.ready(), store.reader(), required(sessionId));
  }

  /**
   * {@inheritDoc}
   *
   * <p>Reads the sessions as of one moment: changes made meanwhile are not seen. If there are more
   * than 2,000, a thread that ends with this call reads some ahead on a second connection; without
   * that connection the call takes longer. Up to 8,000 sessions are held in memory, fewer if they
   * are long.
   */
  @Override
  public void forEachActive(
      Consumer<? super Session> readable, Consumer<? super UnreadableSession> unreadable) {
    StreamSessions.active(store.ready(), store.reader(), readable, unreadable).run();
  }

  /** {@inheritDoc} Reads them as {@link #forEachActive} does. */
  @Override
  public void forEach(
      Consumer<? super Session> readable, Consumer<? super UnreadableSession> unreadable) {
    StreamSessions.all(store.ready(), store.reader(), readable, unreadable).run();
  }

  /** {@inheritDoc} Reads some hundreds with each query, and holds no connection meanwhile. */
  @Override
  public void forEachById(
      Collection<String> sessionIds,
      Consumer<? super Session> readable,
      Consumer<? super UnreadableSession> unreadable) {
    Objects.requireNonNull(readable, "readable");
    Objects.requireNonNull(unreadable, "unreadable");
    StreamSessions.named(
        store.ready(),
        store.reader(),
        Objects.requireNonNull(sessionIds, "sessionIds"),
        readable,
        unreadable);
  }

  @Override
  public JdbcSessionStore actingAs(String actor) {
    return new JdbcSessionStore(store.actingAs(StoredTexts.requireActor(actor)));
  }

  @Override
  public Optional<SessionSummary> summaryOfUser(String userId) {
    return SessionSummaries.ofUser(store.ready(), Objects.requireNonNull(userId, "userId"));
  }

  @Override
  public Optional<SessionSummary> summaryOfSession(String sessionId) {
    return SessionSummaries.ofSession(store.ready(), required(sessionId));
  }

  @Override
  public List<SessionSummary> list(SessionQuery query) {
    return SessionSummaries.list(store.ready(), Objects.requireNonNull(query, "query"));
  }

  @Override
  public SaveResult<SessionSummary> edit(SessionEdit edit) {
    return WriteSession.edit(
        store.readyToWrite(), store.reader(), Objects.requireNonNull(edit, "edit"));
  }

  /**
   * {@inheritDoc}
   *
   * <p>Makes up to 1,000 edits in a transaction, fewer if their chats or those of their rows are
   * longer than some megabytes. So what is unknown after an {@link
   * io.vibee.session.OutcomeUnknownException}, are no more edits than that, and they were made all
   * or none. A batch whose transaction lost to another is made again, up to five times.
   */
  @Override
  public void editAll(
      Iterable<? extends SessionEdit> edits,
      Consumer<? super SaveResult<SessionSummary>> saved,
      Consumer<? super RefusedEdit> refused) {
    new EditSessions(store, saved, refused).run(Objects.requireNonNull(edits, "edits"));
  }

  @Override
  public SessionCounts counts() {
    return SessionSummaries.counts(store.ready());
  }

  @Override
  public List<ActivityCount> activityCounts(Instant from, Duration span, int spans) {
    return ActivityLog.count(
        store.ready(),
        Objects.requireNonNull(from, "from"),
        Objects.requireNonNull(span, "span"),
        spans);
  }

  /** Answers also for what other classes do over the same connections. */
  @Override
  public <T> Optional<T> as(Class<T> ability) {
    if (ability == SessionLeases.class) {
      return Optional.of(
          ability.cast(
              new FleetLeases(
                  store::readyToWrite,
                  store::ready,
                  leases -> new JdbcSessionStore(store.guardedBy(new LeaseGuard(leases))),
                  store::link)));
    }
    if (ability == SessionChanges.class) {
      return Optional.of(ability.cast(new FleetChanges(store::ready)));
    }
    return ManagedSessionStore.super.as(ability);
  }

  @Override
  public SaveResult<Session> save(Session session) {
    return WriteSession.save(
        store.readyToWrite(), store.reader(), Objects.requireNonNull(session, "session"));
  }

  @Override
  public boolean activate(String sessionId) {
    return ChangeSession.setActive(store.readyToWrite(), required(sessionId), true);
  }

  @Override
  public boolean deactivate(String sessionId) {
    return ChangeSession.setActive(store.readyToWrite(), required(sessionId), false);
  }

  @Override
  public boolean delete(String sessionId) {
    return ChangeSession.delete(store.readyToWrite(), required(sessionId));
  }

  /**
   * {@inheritDoc}
   *
   * <p>Passes over rows that another transaction holds, and comes back to them for up to two
   * seconds. A row that is held for longer is not noted, and is left to the next call.
   */
  @Override
  public Set<String> report(Collection<SessionReport> reports) {
    return Heartbeats.report(store.readyToWrite(), Objects.requireNonNull(reports, "reports"));
  }

  @Override
  public boolean markAuthorized(String sessionId, boolean authorized) {
    return ChangeSession.setAuthorized(store.readyToWrite(), required(sessionId), authorized);
  }

  @Override
  public void recordActivity(String sessionId, String type, Map<String, ?> details) {
    ActivityLog.record(
        store.readyToWrite(),
        required(sessionId),
        Objects.requireNonNull(type, "type"),
        Objects.requireNonNull(details, "details"));
  }

  @Override
  public List<Activity> activity(ActivityQuery query) {
    return ActivityLog.read(store.ready(), Objects.requireNonNull(query, "query"));
  }

  @Override
  public List<KeyVersion> keys() {
    return KeyTable.list(store.readyForKeys());
  }

  @Override
  public KeyVersion changeKey(NewKey key) {
    return KeyTable.change(
        store.readyToChangeKeys(), Objects.requireNonNull(key, "key"), store.reader().sealer());
  }

  @Override
  public RotationProgress rotate(Predicate<? super RotationProgress> keepGoing) {
    return new RotateSessions(
            store.readyToChangeKeys(),
            store.reader(),
            Objects.requireNonNull(keepGoing, "keepGoing"))
        .run();
  }

  @Override
  public boolean prune(int version) {
    return KeyTable.prune(store.readyToChangeKeys(), version);
  }

  @Override
  public void check() {
    store.check();
  }

  /**
   * {@inheritDoc}
   *
   * <p>Takes one connection besides those of the store's calls, and for a moment a second one. With
   * a URL, they do not come from the pool, and each is waited for up to 10 seconds. With a data
   * source, it takes two of the caller's at a time, and skips the checks that need a URL: {@code
   * tls} and {@code pooler}.
   */
  @Override
  public void examine(Consumer<? super Finding> findings) {
    store.examine(this, Objects.requireNonNull(findings, "findings"), null);
  }

  /** {@inheritDoc} Uses connections as {@link #examine} does. */
  @Override
  public void examineAll(Consumer<? super Finding> findings, LongConsumer progress) {
    store.examine(
        this,
        Objects.requireNonNull(findings, "findings"),
        Objects.requireNonNull(progress, "progress"));
  }

  @Override
  public boolean readOnly() {
    return store.readOnly();
  }

  private static String required(String sessionId) {
    return Objects.requireNonNull(sessionId, "sessionId");
  }

  /**
   * Closes the store, and its pool if it has its own. Does nothing to a view from {@link
   * #actingAs}, or if it is already closed.
   */
  @Override
  public void close() {
    store.close();
  }
}
