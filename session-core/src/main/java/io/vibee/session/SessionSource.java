package io.vibee.session;

import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Where a {@link SessionLoader} takes sessions from: the accounts of the environment, a {@link
 * SessionStore}, or whatever a caller implements it over. It owns nothing: who opened the store
 * behind it closes that. Thread-safe if the store behind it is.
 */
public interface SessionSource {

  /**
   * Says where the sessions come from, in the log and in {@link LoadReport#mode()}.
   *
   * @return a few words without a secret, such as {@code multi-tenant} or {@code vault kv/agents}
   */
  String description();

  /**
   * Streams the sessions to start, each user and each session once, in any order.
   *
   * @param readable is given each session
   * @param unreadable is given each session that a source of many skips because it cannot be read
   * @throws SessionException if the sessions cannot be read, or the one that was asked for cannot
   *     be read
   */
  void forEach(Consumer<? super Session> readable, Consumer<? super UnreadableSession> unreadable);

  /**
   * Streams the sessions as {@link #forEach(Consumer, Consumer)} does, and tells which were left
   * out since they run elsewhere. Unless overridden, no session does.
   *
   * @param readable is given each session
   * @param unreadable is given each session that a source of many skips because it cannot be read
   * @param taken is told of each session that a source of many skips because an agent of a fleet
   *     holds it, or since it is in quarantine
   * @throws SessionTakenException if that is so of the one that was asked for
   * @throws SessionException if the sessions cannot be read, or the one that was asked for cannot
   *     be read
   */
  default void forEach(
      Consumer<? super Session> readable,
      Consumer<? super UnreadableSession> unreadable,
      Consumer<? super SessionHolding> taken) {
    forEach(readable, unreadable);
  }

  /**
   * The store that the sessions come from, for heartbeats, the activity log and changes.
   *
   * @return the store; empty if there is none
   */
  default Optional<SessionStore> store() {
    return Optional.empty();
  }

  /**
   * Tells which of the store's sessions an agent of a fleet may claim for this source.
   *
   * @return the scope; empty, which is so unless overridden, if the source takes no part in a fleet
   * @throws SessionException as {@link #forEach} does, if there is one session to start and it does
   *     not exist, is inactive, is not the only one, or cannot be read; not if it is taken
   */
  default Optional<FleetScope> fleetScope() {
    return Optional.empty();
  }

  /**
   * Finds a user's session as {@link #forEach} would hand it over now, for an agent that was told
   * of a change. Unless overridden, goes through all of them.
   *
   * @param userId the user
   * @return the session; empty if the user has none, or none that is active, or if an agent of a
   *     fleet holds it
   * @throws UnreadableSessionException if there is one and it cannot be read
   * @throws SessionException if the sessions cannot be read
   */
  default Optional<Session> find(String userId) {
    AtomicReference<Session> found = new AtomicReference<>();
    forEach(
        session -> {
          if (session.userId().equals(userId)) found.set(session);
        },
        unreadable -> {
          if (unreadable.userId().equals(userId)) throw new UnreadableSessionException(unreadable);
        });
    return Optional.ofNullable(found.get());
  }

  /**
   * Tells whether an agent that runs some sessions may start another one too, which was added or
   * activated since it loaded.
   *
   * @param userId the user of the other session, which {@link #find} has found
   * @param running the users whose sessions run
   * @return true if this source would have handed it over, which is so unless overridden
   * @throws SessionException if that cannot be told now
   */
  default boolean mayStart(String userId, Set<String> running) {
    return true;
  }

  /**
   * Takes every active session of a store; those that cannot be read, and those that {@linkplain
   * SessionLeases#taken() run elsewhere}, are skipped and reported.
   *
   * @param store the store, which stays the caller's to close
   * @return the source
   */
  static SessionSource ofAllActive(SessionStore store) {
    return new StoreSessionSource(LoadMode.MULTI_TENANT, store, "");
  }

  /**
   * Takes one user's session; it is an error if the user has none, or if it is inactive, cannot be
   * read or runs elsewhere.
   *
   * @param store the store, which stays the caller's to close
   * @param userId the user
   * @return the source
   */
  static SessionSource ofUser(SessionStore store, String userId) {
    return new StoreSessionSource(
        LoadMode.SINGLE_DB, store, Objects.requireNonNull(userId, "userId"));
  }

  /**
   * Takes the only active session of a store; it is an error if there is none or several, or if it
   * cannot be read or runs elsewhere.
   *
   * @param store the store, which stays the caller's to close
   * @return the source
   */
  static SessionSource ofOnlyActive(SessionStore store) {
    return new StoreSessionSource(LoadMode.AUTO, store, "");
  }
}
