package io.vibee.session;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Takes sessions from a store.
 *
 * @param mode which of its sessions
 * @param from the store
 * @param user whose session {@link LoadMode#SINGLE_DB} takes; empty in other modes
 */
record StoreSessionSource(LoadMode mode, SessionStore from, String user) implements SessionSource {

  StoreSessionSource {
    Objects.requireNonNull(from, "store");
  }

  @Override
  public String description() {
    return mode.label();
  }

  @Override
  public void forEach(
      Consumer<? super Session> readable, Consumer<? super UnreadableSession> unreadable) {
    forEach(readable, unreadable, taken -> {});
  }

  /** What is claimed after this has asked who runs what is handed over all the same. */
  @Override
  public void forEach(
      Consumer<? super Session> readable,
      Consumer<? super UnreadableSession> unreadable,
      Consumer<? super SessionHolding> taken) {
    switch (mode) {
      case MULTI_TENANT -> forEachFree(readable, unreadable, taken);
      case SINGLE_DB -> readable.accept(free(ActiveOfUser.of(from, user)));
      default -> readable.accept(free(OnlyActive.of(from)));
    }
  }

  private void forEachFree(
      Consumer<? super Session> readable,
      Consumer<? super UnreadableSession> unreadable,
      Consumer<? super SessionHolding> taken) {
    Map<String, SessionHolding> all = new HashMap<>();
    from.as(SessionLeases.class)
        .ifPresent(leases -> leases.taken().forEach(one -> all.put(one.lease().sessionId(), one)));
    from.forEachActive(
        session -> {
          SessionHolding holding = all.get(session.sessionId());
          if (holding == null) readable.accept(session);
          else taken.accept(holding);
        },
        unreadable);
  }

  private Session free(Session session) {
    taken(session)
        .ifPresent(
            holding -> {
              throw new SessionTakenException(session.userId(), holding);
            });
    return session;
  }

  private Optional<SessionHolding> taken(Session session) {
    return from.as(SessionLeases.class).flatMap(leases -> leases.taken(session.sessionId()));
  }

  @Override
  public Optional<Session> find(String userId) {
    return from.findByUserId(userId)
        .filter(session -> session.active() && taken(session).isEmpty());
  }

  @Override
  public Optional<SessionStore> store() {
    return Optional.of(from);
  }

  @Override
  public Optional<FleetScope> fleetScope() {
    return Optional.of(
        switch (mode) {
          case MULTI_TENANT -> new FleetScope.All();
          case SINGLE_DB -> new FleetScope.OfUser(ActiveOfUser.of(from, user).userId());
          default -> new FleetScope.OfUser(OnlyActive.of(from).userId());
        });
  }

  @Override
  public boolean mayStart(String userId, Set<String> running) {
    return switch (mode) {
      case MULTI_TENANT -> true;
      case SINGLE_DB -> userId.equals(user);
      default -> running.isEmpty() && isOnlyActive(userId);
    };
  }

  private boolean isOnlyActive(String userId) {
    try {
      return OnlyActive.of(from).userId().equals(userId);
    } catch (AmbiguousSessionException
        | SessionNotFoundException
        | UnreadableSessionException notThisOne) {
      return false;
    }
  }
}
