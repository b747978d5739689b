package io.vibee.session.testkit.contract;

import io.vibee.session.Activity;
import io.vibee.session.SaveResult;
import io.vibee.session.SaveResult.Outcome;
import io.vibee.session.Session;
import io.vibee.session.SessionBuilder;
import io.vibee.session.SessionConflictException;
import io.vibee.session.SessionNotFoundException;
import io.vibee.session.testkit.memory.InMemorySessionStore;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Stores that save and change sessions wrongly. */
final class WrongWrites {
  private WrongWrites() {}

  /** Saves something other than what was asked for. */
  static class SavesOtherValues extends ForwardingStore {
    private final UnaryOperator<SessionBuilder> change;

    SavesOtherValues(InMemorySessionStore store, UnaryOperator<SessionBuilder> change) {
      super(store);
      this.change = change;
    }

    @Override
    public SaveResult<Session> save(Session session) {
      return store.save(change.apply(session.toBuilder()).build());
    }
  }

  /** Saves texts other than those that were given. */
  static class SavesOtherTexts extends ForwardingStore {
    private final UnaryOperator<@Nullable String> change;

    SavesOtherTexts(InMemorySessionStore store, UnaryOperator<@Nullable String> change) {
      super(store);
      this.change = change;
    }

    @Override
    public SaveResult<Session> save(Session session) {
      return store.save(
          session.toBuilder()
              .username(change.apply(session.username()))
              .phone(change.apply(session.phone()))
              .build());
    }
  }

  static class LogsEverySave extends ForwardingStore {
    LogsEverySave(InMemorySessionStore store) {
      super(store);
    }

    @Override
    public SaveResult<Session> save(Session session) {
      long before = store.findByUserId(session.userId()).map(Session::revision).orElse(0L);
      SaveResult<Session> result = store.save(session);
      if (result.session().revision() == before) {
        store.recordActivity(session.sessionId(), Activity.SESSION_UPDATED, Map.of());
      }
      return result;
    }
  }

  static class CallsEverySaveAnUpdate extends ForwardingStore {
    CallsEverySaveAnUpdate(InMemorySessionStore store) {
      super(store);
    }

    @Override
    public SaveResult<Session> save(Session session) {
      SaveResult<Session> result = store.save(session);
      return result.created() ? result : new SaveResult<>(result.session(), Outcome.UPDATED);
    }
  }

  static class GivesBackTheLastSeenOfACopy extends ForwardingStore {
    GivesBackTheLastSeenOfACopy(InMemorySessionStore store) {
      super(store);
    }

    @Override
    public SaveResult<Session> save(Session session) {
      SaveResult<Session> result = store.save(session);
      return new SaveResult<>(
          result.session().toBuilder().lastSeenAt(session.lastSeenAt()).build(), result.outcome());
    }
  }

  static class KeepsDeactivatedOnesInactive extends ForwardingStore {
    KeepsDeactivatedOnesInactive(InMemorySessionStore store) {
      super(store);
    }

    @Override
    public SaveResult<Session> save(Session session) {
      boolean active = store.findByUserId(session.userId()).map(Session::active).orElse(true);
      return store.save(session.toBuilder().active(session.active() && active).build());
    }
  }

  static class TakesSessionIdsFromOthers extends ForwardingStore {
    TakesSessionIdsFromOthers(InMemorySessionStore store) {
      super(store);
    }

    @Override
    public SaveResult<Session> save(Session session) {
      try {
        return store.save(session);
      } catch (SessionConflictException e) {
        store.delete(session.sessionId());
        return store.save(session);
      }
    }
  }

  static class TellsTheHashOfAConflict extends ForwardingStore {
    TellsTheHashOfAConflict(InMemorySessionStore store) {
      super(store);
    }

    @Override
    public SaveResult<Session> save(Session session) {
      try {
        return store.save(session);
      } catch (SessionConflictException e) {
        throw new SessionConflictException(
            session.sessionId() + " with " + session.apiHash().exposeSecret());
      }
    }
  }

  /** Looks for a session first, and then adds or updates it. */
  static class LooksBeforeItSaves extends ForwardingStore {
    private final Meeting meeting = new Meeting();

    LooksBeforeItSaves(InMemorySessionStore store) {
      super(store);
    }

    @Override
    public SaveResult<Session> save(Session session) {
      boolean isNew = store.findByUserId(session.userId()).isEmpty();
      if (isNew) meeting.await();
      SaveResult<Session> result = store.save(session);
      return isNew ? new SaveResult<>(result.session(), Outcome.CREATED) : result;
    }
  }

  /** Mistakes a change that another thread made meanwhile for its own. */
  static class LooksBeforeItTells extends ForwardingStore {
    private final Meeting meeting = new Meeting();

    LooksBeforeItTells(InMemorySessionStore store) {
      super(store);
    }

    @Override
    public SaveResult<Session> save(Session session) {
      long before = store.findByUserId(session.userId()).map(Session::revision).orElse(0L);
      if (before > 0) meeting.await();
      SaveResult<Session> result = store.save(session);
      boolean changed = result.session().revision() != before;
      return result.created() || !changed
          ? result
          : new SaveResult<>(result.session(), Outcome.UPDATED);
    }
  }

  static class PassesOverUnknownIds extends ForwardingStore {
    PassesOverUnknownIds(InMemorySessionStore store) {
      super(store);
    }

    @Override
    public boolean deactivate(String sessionId) {
      try {
        return store.deactivate(sessionId);
      } catch (SessionNotFoundException e) {
        return false;
      }
    }
  }

  /** Mistakes a session that is being deleted for one that is already inactive. */
  static class LooksBeforeItDeactivates extends ForwardingStore {
    private final Meeting meeting = new Meeting();

    LooksBeforeItDeactivates(InMemorySessionStore store) {
      super(store);
    }

    @Override
    public boolean delete(String sessionId) {
      meeting.await();
      boolean deleted = store.delete(sessionId);
      meeting.await();
      return deleted;
    }

    @Override
    public boolean deactivate(String sessionId) {
      boolean there = store.findBySessionId(sessionId).isPresent();
      meeting.await();
      meeting.await();
      try {
        return store.deactivate(sessionId);
      } catch (SessionNotFoundException e) {
        if (there) return false;
        throw e;
      }
    }
  }

  static class CloseDoesNothing extends ForwardingStore {
    CloseDoesNothing(InMemorySessionStore store) {
      super(store);
    }

    @Override
    public void close() {}
  }
}
