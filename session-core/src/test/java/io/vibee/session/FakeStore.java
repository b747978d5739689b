package io.vibee.session;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A store for tests of the loader: user {@code !x} is unreadable, {@code -x} inactive, {@code ~x}
 * both, {@code down} makes every call fail.
 */
final class FakeStore implements SessionStore {
  private final List<String> users;
  boolean closed;

  FakeStore(String... users) {
    this.users = Arrays.asList(users);
  }

  private static Session session(String user) {
    String id = user.replaceAll("^[-!]", "");
    return Session.builder(id, "sess_" + id, 1, Secret.of("made_up"))
        .active(!user.startsWith("-"))
        .build();
  }

  private static UnreadableSession unreadable(String user) {
    String id = user.substring(1);
    return UnreadableSession.of(id, "sess_" + id, true, UnreadableSession.Reason.NOT_DECRYPTABLE)
        .underKey(3);
  }

  private void requireUp() {
    if (users.contains("down")) throw new StoreUnavailableException("down", "08001", null);
  }

  @Override
  public Optional<Session> findByUserId(String userId) {
    requireUp();
    if (users.contains("!" + userId))
      throw new UnreadableSessionException(unreadable("!" + userId));
    if (users.contains("~" + userId)) {
      throw new UnreadableSessionException(
          UnreadableSession.of(userId, "s", false, UnreadableSession.Reason.INVALID_VALUES)
              .underKey(1));
    }
    return users.stream().map(FakeStore::session).filter(s -> s.userId().equals(userId)).findAny();
  }

  @Override
  public void forEachActive(
      Consumer<? super Session> readable, Consumer<? super UnreadableSession> unreadable) {
    requireUp();
    for (String user : users) {
      if (user.startsWith("!")) unreadable.accept(unreadable(user));
      else if (!user.startsWith("-")) readable.accept(session(user));
    }
  }

  @Override
  public void close() {
    closed = true;
  }

  @Override
  public Optional<Session> findBySessionId(String sessionId) {
    throw new UnsupportedOperationException();
  }

  @Override
  public SaveResult<Session> save(Session session) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean activate(String sessionId) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean deactivate(String sessionId) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean delete(String sessionId) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Set<String> report(Collection<SessionReport> reports) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void check() {
    requireUp();
  }

  @Override
  public boolean markAuthorized(String sessionId, boolean authorized) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void recordActivity(String sessionId, String type, Map<String, ?> details) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<Activity> activity(ActivityQuery query) {
    throw new UnsupportedOperationException();
  }
}
