package io.vibee.session;

import java.util.function.Consumer;

/** Where a {@link SessionLoader} takes sessions from. Thread-safe if the store behind it is. */
public interface SessionSource extends AutoCloseable {

  /**
   * The mode that this source serves.
   *
   * @return the mode
   */
  LoadMode mode();

  /**
   * Streams the sessions to start.
   *
   * @param readable is given each session
   * @param unreadable is given each session that a source of many skips because it cannot be read
   * @throws SessionException if the sessions cannot be read, or the one that was asked for cannot
   *     be read
   */
  void forEach(Consumer<? super Session> readable, Consumer<? super UnreadableSession> unreadable);

  /** Closes what this source opened. */
  @Override
  void close();

  /**
   * Takes every active session of a store; those that cannot be read are skipped and reported.
   *
   * @param store the store, closed with the source
   * @return the source
   */
  static SessionSource ofAllActive(SessionStore store) {
    return new StoreSessionSource(LoadMode.MULTI_TENANT, store, store::forEachActive);
  }

  /**
   * Takes one user's session; it is an error if the user has none, or if it is inactive or cannot
   * be read.
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
   * Takes the only active session of a store; it is an error if there is none or several, or if it
   * cannot be read.
   *
   * @param store the store, closed with the source
   * @return the source
   */
  static SessionSource ofOnlyActive(SessionStore store) {
    return new StoreSessionSource(
        LoadMode.AUTO, store, (readable, unreadable) -> readable.accept(OnlyActive.of(store)));
  }
}
