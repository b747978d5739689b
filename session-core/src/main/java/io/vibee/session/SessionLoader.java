package io.vibee.session;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads the sessions that an agent starts.
 *
 * <p>{@link #fromEnvironment()} decides by the variables, the first that is set wins:
 *
 * <ol>
 *   <li>{@code MULTI_TENANT=true}: every active session in {@code DATABASE_URL}
 *   <li>{@code USER_ID}: that user's session in {@code DATABASE_URL}
 *   <li>{@code TELEGRAM_SESSION_ID}: the accounts of the environment, see {@link EnvSessionSource}
 *   <li>{@code DATABASE_URL} alone: the only active session there
 * </ol>
 *
 * <p>{@code SESSION_SOURCE=multi-tenant|user|env|auto} pins the choice. A source that is configured
 * and does not work is an error: no other one is tried in its place.
 *
 * <p>Safe for threads. Starts no thread, but a store that it opens may hold a connection pool until
 * {@link #close()}.
 */
public final class SessionLoader implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SessionLoader.class);

  /** More than these are counted in the log, not listed: they have one cause. */
  private static final int LISTED = 20;

  private final SessionSource source;
  private final @Nullable SessionStore store;

  private SessionLoader(SessionSource source, @Nullable SessionStore store) {
    this.source = source;
    this.store = store;
  }

  /**
   * Opens the source that the process's environment names.
   *
   * @return a loader, to be closed
   * @throws NotConfiguredException if no source is configured
   * @throws MisconfiguredException if one is, wrongly; the message names each variable at fault
   */
  public static SessionLoader fromEnvironment() {
    return fromEnvironment(System.getenv());
  }

  /**
   * Opens the source that these variables name, read as {@link Environment} says: an empty value
   * counts as not set, secrets may be in files.
   *
   * @param environment the variables
   * @return a loader, to be closed
   * @throws NotConfiguredException if no source is configured
   * @throws MisconfiguredException if one is, wrongly; the message names each variable at fault
   */
  public static SessionLoader fromEnvironment(Map<String, String> environment) {
    Environment env = Environment.of(environment);
    SourceSelection selection = select(env);
    if (!selection.passedOver().isEmpty()) {
      log.warn(
          "mode {} is in force; passed over: {}; unset them, or pin the choice with SESSION_SOURCE",
          selection.mode().label(),
          String.join(", ", selection.passedOver()));
    }
    if (selection.mode() == LoadMode.SINGLE_ENV) {
      return new SessionLoader(EnvSessionSource.of(env), null);
    }
    return fromStore(selection.mode(), env);
  }

  private static SourceSelection select(Environment env) {
    try {
      return SourceSelection.of(env);
    } catch (MisconfiguredException e) {
      // Which mode was meant is not known; what is set is wrong in any.
      throw e.and(
          () -> env.optionalId(SourceSelection.USER_ID),
          () -> {
            if (env.isSet(SourceSelection.DATABASE_URL)) StoreProviders.open(env).close();
          });
    }
  }

  private static SessionLoader fromStore(LoadMode mode, Environment env) {
    String userId = mode == LoadMode.SINGLE_DB ? userId(env) : "";
    SessionStore store = StoreProviders.open(env);
    SessionSource source =
        switch (mode) {
          case MULTI_TENANT -> SessionSource.ofAllActive(store);
          case SINGLE_DB -> SessionSource.ofUser(store, userId);
          default -> SessionSource.ofOnlyActive(store);
        };
    return new SessionLoader(source, store);
  }

  private static String userId(Environment env) {
    try {
      return env.requireId(SourceSelection.USER_ID);
    } catch (MisconfiguredException e) {
      throw e.and(() -> StoreProviders.open(env).close());
    }
  }

  /**
   * Loads from a source of the caller's.
   *
   * @param source the source, closed with the loader
   * @return a loader, to be closed
   */
  public static SessionLoader of(SessionSource source) {
    @Nullable SessionStore store =
        source instanceof StoreSessionSource known ? known.store() : null;
    return new SessionLoader(Objects.requireNonNull(source, "source"), store);
  }

  /**
   * Where the sessions come from.
   *
   * @return the mode
   */
  public LoadMode mode() {
    return source.mode();
  }

  /**
   * The store behind this loader, for heartbeats and the activity log.
   *
   * @return the store, closed with this loader; empty when the sessions come from the environment
   */
  public Optional<SessionStore> store() {
    return Optional.ofNullable(store);
  }

  /**
   * Loads the sessions into a list.
   *
   * @return the sessions and how it went
   * @throws SessionException as {@link #forEach} does
   */
  public LoadedSessions load() {
    List<Session> sessions = new ArrayList<>();
    LoadReport report = forEach(sessions::add);
    return new LoadedSessions(sessions, report);
  }

  /**
   * Streams the sessions, for more than fit in memory.
   *
   * @param action is given each session, on this thread; what it throws ends the load
   * @return how it went; in multi-tenant mode with those that were skipped, which are logged too
   * @throws SessionException if the sessions cannot be loaded; {@link UnreadableSessionException}
   *     if the one that was asked for, or every one of many, cannot be read
   */
  public LoadReport forEach(Consumer<? super Session> action) {
    long start = System.nanoTime();
    List<UnreadableSession> unreadable = new ArrayList<>();
    long[] loaded = {0};
    source.forEach(
        session -> {
          action.accept(session);
          loaded[0]++;
        },
        session -> {
          if (unreadable.size() < LISTED) log.warn("skipped {}", session);
          unreadable.add(session);
        });
    if (unreadable.size() > LISTED) {
      log.warn("skipped {} sessions that cannot be read", unreadable.size());
    }
    if (loaded[0] == 0 && !unreadable.isEmpty()) {
      throw new UnreadableSessionException(unreadable.get(0));
    }
    Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
    log.info(
        "loaded {} sessions in {} ms (mode={}), skipped {}",
        loaded[0],
        elapsed.toMillis(),
        source.mode().label(),
        unreadable.size());
    return new LoadReport(source.mode(), loaded[0], unreadable, elapsed);
  }

  /** Closes the source and its store. */
  @Override
  public void close() {
    source.close();
  }
}
