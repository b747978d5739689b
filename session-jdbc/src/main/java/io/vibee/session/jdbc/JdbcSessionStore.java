package io.vibee.session.jdbc;

import io.vibee.session.Activity;
import io.vibee.session.ActivityQuery;
import io.vibee.session.MisconfiguredException;
import io.vibee.session.SaveResult;
import io.vibee.session.Session;
import io.vibee.session.SessionStore;
import io.vibee.session.UnreadableSession;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import javax.sql.DataSource;

/**
 * Sessions in PostgreSQL 14 or newer, encrypted by pgcrypto with the key in {@code
 * encryption_keys}.
 *
 * <p>Needs the tables of {@code migrations/}, see {@link SessionMigrations}; it never makes or
 * changes them itself. Connects at the first use, and checks the schema's version then. The key
 * stays in the database; an {@code api_hash} travels in clear between this process and the server,
 * so use TLS. Works through PgBouncer in transaction mode. Safe for threads.
 */
public final class JdbcSessionStore implements SessionStore {
  private final Jdbc jdbc;
  private final Runnable closer;
  private final SchemaCheck schema = new SchemaCheck();
  private volatile boolean closed;

  private JdbcSessionStore(Jdbc.Connections connections, Runnable closer) {
    this.jdbc = new Jdbc(connections);
    this.closer = closer;
  }

  /**
   * Uses the caller's connections, as many at a time as there are calls. The caller closes the data
   * source. Each call uses a connection and a transaction of its own, so the data source must not
   * hand out connections of a surrounding transaction. For pgjdbc, set {@code
   * logServerErrorDetail=false}, so that the driver's own log does not quote stored values.
   *
   * @param dataSource where connections come from
   * @return the store
   */
  public static JdbcSessionStore over(DataSource dataSource) {
    Objects.requireNonNull(dataSource, "dataSource");
    return new JdbcSessionStore(dataSource::getConnection, () -> {});
  }

  /**
   * Uses a connection pool of its own, which {@link #close()} ends. Connects at the first use.
   *
   * @param databaseUrl a libpq URI such as {@code postgresql://user:password@host/database}, or a
   *     {@code jdbc:postgresql:} URL
   * @return the store
   * @throws MisconfiguredException if the URL is malformed, or asks for what cannot be honoured;
   *     the message does not repeat it
   */
  public static JdbcSessionStore open(String databaseUrl) {
    ConnectionPool pool = new ConnectionPool(DatabaseUrl.parse(databaseUrl));
    return new JdbcSessionStore(pool::connect, pool::close);
  }

  @Override
  public Optional<Session> findByUserId(String userId) {
    return FindSession.byUserId(ready(), Objects.requireNonNull(userId, "userId"));
  }

  @Override
  public Optional<Session> findBySessionId(String sessionId) {
    return FindSession.bySessionId(ready(), required(sessionId));
  }

  @Override
  public void forEachActive(
      Consumer<? super Session> readable, Consumer<? super UnreadableSession> unreadable) {
    Objects.requireNonNull(readable, "readable");
    Objects.requireNonNull(unreadable, "unreadable");
    new StreamActive(ready(), readable, unreadable).run();
  }

  @Override
  public SaveResult save(Session session) {
    return SaveSession.save(ready(), Objects.requireNonNull(session, "session"));
  }

  @Override
  public boolean activate(String sessionId) {
    return ChangeSession.setActive(ready(), required(sessionId), true);
  }

  @Override
  public boolean deactivate(String sessionId) {
    return ChangeSession.setActive(ready(), required(sessionId), false);
  }

  @Override
  public boolean delete(String sessionId) {
    return ChangeSession.delete(ready(), required(sessionId));
  }

  @Override
  public int touch(Collection<String> sessionIds) {
    return ChangeSession.touch(ready(), Objects.requireNonNull(sessionIds, "sessionIds"));
  }

  @Override
  public boolean markAuthorized(String sessionId, boolean authorized) {
    return ChangeSession.setAuthorized(ready(), required(sessionId), authorized);
  }

  @Override
  public void recordActivity(String sessionId, String type, Map<String, ?> details) {
    ActivityLog.record(
        ready(),
        required(sessionId),
        Objects.requireNonNull(type, "type"),
        Objects.requireNonNull(details, "details"));
  }

  @Override
  public List<Activity> activity(ActivityQuery query) {
    return ActivityLog.read(ready(), Objects.requireNonNull(query, "query"));
  }

  private static String required(String sessionId) {
    return Objects.requireNonNull(sessionId, "sessionId");
  }

  private Jdbc ready() {
    if (closed) throw new IllegalStateException("the store is closed");
    schema.require(jdbc);
    return jdbc;
  }

  @Override
  public void close() {
    closed = true;
    closer.run();
  }
}
