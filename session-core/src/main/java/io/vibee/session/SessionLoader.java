package io.vibee.session;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads the sessions that an agent starts.
 *
 * <p>{@link #fromEnvironment()} decides by the variables; the first one that is set wins:
 *
 * <ol>
 *   <li>{@code MULTI_TENANT=true}: every active session in {@code DATABASE_URL}
 *   <li>{@code USER_ID}: that user's session in {@code DATABASE_URL}
 *   <li>{@code TELEGRAM_SESSION_ID}: the accounts of the environment, see {@link EnvSessionSource}
 *   <li>{@code DATABASE_URL} alone: the only active session there
 * </ol>
 *
 * <p>{@code SESSION_SOURCE=multi-tenant|single-db|single-env|auto} pins the choice. A source that
 * is configured but does not work is an error: no other one is tried in its place.
 *
 * <p>Thread-safe. Starts no thread, but a store that it opens may hold a connection pool until
 * {@link #close()}.
 */
public final class SessionLoader implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SessionLoader.class);

  /**
   * How many skipped sessions the log lists; more have a common cause, so the rest is only counted.
   */
  private static final int LISTED = 20;

  private final SessionSource source;

  /** What this loader opened itself. */
  private final @Nullable SessionStore opened;

  private SessionLoader(SessionSource source, @Nullable SessionStore opened) {
    this.source = source;
    this.opened = opened;
  }

  /**
   * Opens the source that the process's environment names.
   *
   * @return a loader, which the caller closes
   * @throws NotConfiguredException if no source is configured
   * @throws MisconfiguredException if a source is configured wrongly; the message names each
   *     variable at fault
   */
  public static SessionLoader fromEnvironment() {
    return fromEnvironment(System.getenv());
  }

  /**
   * Opens the source that these variables name, read as {@link Environment} describes: an empty
   * value counts as not set, secrets may be in files.
   *
   * @param environment the variables
   * @return a loader, which the caller closes
   * @throws NotConfiguredException if no source is configured
   * @throws MisconfiguredException if a source is configured wrongly; the message names each
   *     variable at fault
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
      // Which mode was meant is unknown, but a malformed variable is wrong in any mode.
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
   * Creates a loader over a source of the caller's own.
   *
   * @param source the source; a store behind it stays the caller's to close
   * @return a loader, which need not be closed
   */
  public static SessionLoader of(SessionSource source) {
    return new SessionLoader(Objects.requireNonNull(source, "source"), null);
  }

  /**
   * The source of the sessions.
   *
   * @return the source, usable until this loader is closed
   */
  public SessionSource source() {
    return source;
  }

  /**
   * The store behind this loader, for heartbeats and the activity log.
   *
   * @return the store, closed with this loader if that opened it; empty when the sessions come from
   *     the environment
   */
  public Optional<SessionStore> store() {
    return source.store();
  }

  /**
   * Loads all sessions into memory.
   *
   * @return the sessions and a report of how the load went
   * @throws SessionException as {@link #forEach} does
   */
  public LoadedSessions load() {
    return load(read -> {});
  }

  /**
   * Loads all sessions into memory, and tells how far it has come.
   *
   * @param progress told as in {@link #forEach(Consumer, LongConsumer)}
   * @return the sessions and a report of how the load went
   * @throws SessionException as {@link #forEach} does
   */
  public LoadedSessions load(LongConsumer progress) {
    List<Session> sessions = new ArrayList<>();
    LoadReport report = forEach(sessions::add, progress);
    return new LoadedSessions(sessions, report);
  }

  /**
   * Streams the sessions, which may be more than fit in memory.
   *
   * @param action is given each session, on this thread; what it throws ends the load
   * @return how the load went; in multi-tenant mode it names the sessions that were skipped, which
   *     are also logged: those that cannot be read, and those that {@linkplain
   *     SessionLeases#taken() run elsewhere}
   * @throws SessionException if the sessions cannot be loaded; {@link UnreadableSessionException}
   *     if the session that was asked for cannot be read, or none of many can; {@link
   *     SessionTakenException} if an agent of a fleet holds the one that was asked for
   */
  public LoadReport forEach(Consumer<? super Session> action) {
    return forEach(action, read -> {});
  }

  /**
   * Streams the sessions as {@link #forEach(Consumer)} does, and tells how far it has come, so that
   * people see that a long load goes on.
   *
   * @param action is given each session, on this thread; what it throws ends the load
   * @param progress told, on this thread and once a second at most, how many sessions were read so
   *     far, skipped ones included; not told by a load that takes less than a second, nor while no
   *     session comes; what it throws ends the load
   * @return how the load went
   * @throws SessionException as {@link #forEach(Consumer)} does
   */
  public LoadReport forEach(Consumer<? super Session> action, LongConsumer progress) {
    return forEach(action, new PacedProgress(progress, System::nanoTime));
  }

  LoadReport forEach(Consumer<? super Session> action, PacedProgress progress) {
    long start = System.nanoTime();
    List<UnreadableSession> unreadable = new ArrayList<>();
    List<SessionHolding> taken = new ArrayList<>();
    long[] loaded = {0};
    source.forEach(
        session -> {
          action.accept(session);
          loaded[0]++;
          progress.read();
        },
        session -> {
          if (unreadable.size() < LISTED) log.warn("skipped {}", session);
          unreadable.add(session);
          progress.read();
        },
        holding -> {
          if (taken.size() < LISTED) log.info("skipped {}", holding);
          taken.add(holding);
          progress.read();
        });
    if (unreadable.size() > LISTED) {
      log.warn("skipped {} sessions that cannot be read", unreadable.size());
    }
    if (!taken.isEmpty()) {
      String skipped = "skipped {} sessions that run elsewhere or are in quarantine";
      if (loaded[0] == 0) log.warn(skipped, taken.size());
      else log.info(skipped, taken.size());
    }
    if (loaded[0] == 0 && taken.isEmpty() && !unreadable.isEmpty()) {
      throw new UnreadableSessionException(unreadable.get(0));
    }
    Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
    log.info(
        "loaded {} sessions in {} ms (mode={}), skipped {}",
        loaded[0],
        elapsed.toMillis(),
        source.description(),
        unreadable.size() + taken.size());
    return new LoadReport(source.description(), loaded[0], unreadable, taken, elapsed);
  }

  /** Closes the store that this loader opened, if it did. Further calls do nothing. */
  @Override
  public void close() {
    if (opened != null) opened.close();
  }
}
