package io.vibee.session.testkit.contract;

import io.vibee.session.Session;
import io.vibee.session.SessionQuery;
import io.vibee.session.SessionSummary;
import io.vibee.session.StoreUnavailableException;
import io.vibee.session.UnreadableSession;
import io.vibee.session.UnreadableSessionException;
import io.vibee.session.testkit.memory.InMemorySessionStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Stores that find, stream and list sessions wrongly. */
final class WrongReads {
  private WrongReads() {}

  static class IgnoresCase extends ForwardingStore {
    IgnoresCase(InMemorySessionStore store) {
      super(store);
    }

    @Override
    public Optional<Session> findByUserId(String userId) {
      List<Session> alike = new ArrayList<>();
      store.forEach(s -> alike.add(s), unreadable -> {});
      return store
          .findByUserId(userId)
          .or(() -> alike.stream().filter(s -> s.userId().equalsIgnoreCase(userId)).findFirst());
    }
  }

  /** Compares as columns of type {@code char(n)} do. */
  static class IgnoresTrailingBlanks extends ForwardingStore {
    IgnoresTrailingBlanks(InMemorySessionStore store) {
      super(store);
    }

    @Override
    public Optional<Session> findBySessionId(String sessionId) {
      return store.findBySessionId(sessionId.stripTrailing());
    }
  }

  static class EncodesLoneSurrogatesAsQuestionMarks extends ForwardingStore {
    EncodesLoneSurrogatesAsQuestionMarks(InMemorySessionStore store) {
      super(store);
    }

    @Override
    public Optional<Session> findByUserId(String userId) {
      byte[] encoded = userId.getBytes(StandardCharsets.UTF_8);
      return store.findByUserId(new String(encoded, StandardCharsets.UTF_8));
    }
  }

  static class FindsActiveOnly extends ForwardingStore {
    FindsActiveOnly(InMemorySessionStore store) {
      super(store);
    }

    @Override
    public Optional<Session> findByUserId(String userId) {
      return store.findByUserId(userId).filter(Session::active);
    }
  }

  static class HidesUnreadable extends ForwardingStore {
    HidesUnreadable(InMemorySessionStore store) {
      super(store);
    }

    @Override
    public Optional<Session> findByUserId(String userId) {
      try {
        return store.findByUserId(userId);
      } catch (UnreadableSessionException e) {
        return Optional.empty();
      }
    }
  }

  static class StreamsByUserId extends ForwardingStore {
    StreamsByUserId(InMemorySessionStore store) {
      super(store);
    }

    @Override
    public void forEachActive(
        Consumer<? super Session> readable, Consumer<? super UnreadableSession> unreadable) {
      List<Session> sessions = new ArrayList<>();
      store.forEachActive(s -> sessions.add(s), unreadable);
      sessions.sort(Comparator.comparing(Session::userId));
      sessions.forEach(readable);
    }
  }

  static class StreamsInactive extends ForwardingStore {
    StreamsInactive(InMemorySessionStore store) {
      super(store);
    }

    @Override
    public void forEachActive(
        Consumer<? super Session> readable, Consumer<? super UnreadableSession> unreadable) {
      store.forEach(readable, unreadable);
    }
  }

  /**
   * Reads pages of 500, and mistakes the first session of each for the last one of the page before.
   */
  static class LosesASessionBetweenPages extends ForwardingStore {
    LosesASessionBetweenPages(InMemorySessionStore store) {
      super(store);
    }

    @Override
    public void forEachActive(
        Consumer<? super Session> readable, Consumer<? super UnreadableSession> unreadable) {
      int[] count = {0};
      store.forEachActive(
          session -> {
            if (++count[0] % 501 != 0) readable.accept(session);
          },
          unreadable);
    }
  }

  static class SwallowsWhatConsumersThrow extends ForwardingStore {
    SwallowsWhatConsumersThrow(InMemorySessionStore store) {
      super(store);
    }

    @Override
    public void forEachActive(
        Consumer<? super Session> readable, Consumer<? super UnreadableSession> unreadable) {
      store.forEachActive(
          session -> {
            try {
              readable.accept(session);
            } catch (RuntimeException e) {
              // Goes on to the next session.
            }
          },
          unreadable);
    }
  }

  static class WrapsWhatConsumersThrow extends ForwardingStore {
    WrapsWhatConsumersThrow(InMemorySessionStore store) {
      super(store);
    }

    @Override
    public void forEachActive(
        Consumer<? super Session> readable, Consumer<? super UnreadableSession> unreadable) {
      try {
        store.forEachActive(readable, unreadable);
      } catch (RuntimeException e) {
        throw new IllegalStateException("the stream failed", e);
      }
    }
  }

  static class StreamsOnAnotherThread extends ForwardingStore {
    StreamsOnAnotherThread(InMemorySessionStore store) {
      super(store);
    }

    @Override
    public void forEachActive(
        Consumer<? super Session> readable, Consumer<? super UnreadableSession> unreadable) {
      List<Session> sessions = new ArrayList<>();
      store.forEachActive(s -> sessions.add(s), unreadable);
      Thread reader = new Thread(() -> sessions.forEach(readable));
      reader.start();
      Meeting.join(reader);
    }
  }

  static class StreamsAsOftenAsNamed extends ForwardingStore {
    StreamsAsOftenAsNamed(InMemorySessionStore store) {
      super(store);
    }

    @Override
    public void forEachById(
        Collection<String> sessionIds,
        Consumer<? super Session> readable,
        Consumer<? super UnreadableSession> unreadable) {
      for (String id : sessionIds) store.forEachById(List.of(id), readable, unreadable);
    }
  }

  static class HidesUnreadableThatAreNamed extends ForwardingStore {
    HidesUnreadableThatAreNamed(InMemorySessionStore store) {
      super(store);
    }

    @Override
    public void forEachById(
        Collection<String> sessionIds,
        Consumer<? super Session> readable,
        Consumer<? super UnreadableSession> unreadable) {
      store.forEachById(sessionIds, readable, session -> {});
    }
  }

  static class StopsAtTheFirstUnreadable extends ForwardingStore {
    StopsAtTheFirstUnreadable(InMemorySessionStore store) {
      super(store);
    }

    @Override
    public void forEachActive(
        Consumer<? super Session> readable, Consumer<? super UnreadableSession> unreadable) {
      boolean[] stopped = {false};
      store.forEachActive(
          session -> {
            if (!stopped[0]) readable.accept(session);
          },
          session -> {
            if (!stopped[0]) unreadable.accept(session);
            stopped[0] = true;
          });
    }
  }

  static class ReportsUnreadableLast extends ForwardingStore {
    ReportsUnreadableLast(InMemorySessionStore store) {
      super(store);
    }

    @Override
    public void forEachActive(
        Consumer<? super Session> readable, Consumer<? super UnreadableSession> unreadable) {
      List<UnreadableSession> later = new ArrayList<>();
      store.forEachActive(readable, s -> later.add(s));
      later.forEach(unreadable);
    }
  }

  /** Locks what it reads, so that others cannot write meanwhile. */
  static class RefusesWritesWhileItStreams extends ForwardingStore {
    private volatile @Nullable Thread streaming;

    RefusesWritesWhileItStreams(InMemorySessionStore store) {
      super(store);
    }

    @Override
    public void forEachActive(
        Consumer<? super Session> readable, Consumer<? super UnreadableSession> unreadable) {
      streaming = Thread.currentThread();
      try {
        store.forEachActive(readable, unreadable);
      } finally {
        streaming = null;
      }
    }

    @Override
    public boolean deactivate(String sessionId) {
      Thread holder = streaming;
      if (holder != null && holder != Thread.currentThread()) {
        throw new StoreUnavailableException("somebody holds the session", "55P03", null);
      }
      return store.deactivate(sessionId);
    }
  }

  static class RepeatsTheLastOfAPage extends ForwardingStore {
    RepeatsTheLastOfAPage(InMemorySessionStore store) {
      super(store);
    }

    @Override
    public List<SessionSummary> list(SessionQuery query) {
      return store.list(query.after(query.after().orElse(0) - 1));
    }
  }
}
