package io.vibee.session;

import java.util.function.Consumer;

/**
 * Where a {@link SessionLoader} takes sessions from. Safe for threads if the store behind it is.
 */
public interface SessionSource extends AutoCloseable {

  /**
   * The mode that this source serves.
   *
   * @return the mode
   */
  LoadMode mode();

  /**
   * Streams the sessions to be started.
   *
   * @param readable is given each session
   * @param unreadable is given each session that cannot be read, where a source of many skips it
   * @throws SessionException if the sessions cannot be read, or the one that was asked for cannot
   */
  void forEach(Consumer<? super Session> readable, Consumer<? super UnreadableSession> unreadable);

  /** Closes what this source opened. */
  @Override
  void close();

  /**
   * Every active session of a store; bad ones are skipped and reported.
   *
   * @param store the store, closed with the source
   * @return the source
   */
  static SessionSource ofAllActive(SessionStore store) {
    return new StoreSessionSource(LoadMode.MULTI_TENANT, store, store::forEachActive);
  }

  /**
   * One user's session; an error when it is unknown, inactive or cannot be read.
   *
   * @param store the store, closed with the source
   * @param userId the user
   * @return the source
   */
  static SessionSource ofUser(SessionStore store, String userId) {
    return new StoreSessionSource(
        LoadMode.SINGLE_DB,
        store,
        (readable, unreadable) -> readable.accept(ActiveOfUser.of(store, userId)));
  }

  /**
   * The only active session of a store; an error when there is none, several, or it cannot be read.
   *
   * @param store the store, closed with the source
   * @return the source
   */
  static SessionSource ofOnlyActive(SessionStore store) {
    return new StoreSessionSource(
        LoadMode.AUTO, store, (readable, unreadable) -> readable.accept(OnlyActive.of(store)));
  }
}
