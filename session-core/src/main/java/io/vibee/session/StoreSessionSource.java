package io.vibee.session;

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
    switch (mode) {
      case MULTI_TENANT -> from.forEachActive(readable, unreadable);
      case SINGLE_DB -> readable.accept(ActiveOfUser.of(from, user));
      default -> readable.accept(OnlyActive.of(from));
    }
  }

  @Override
  public Optional<Session> find(String userId) {
    return from.findByUserId(userId).filter(Session::active);
  }

  @Override
  public Optional<SessionStore> store() {
    return Optional.of(from);
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
