package io.vibee.session.testkit.contract;

import io.vibee.session.KeyInUseException;
import io.vibee.session.RotationProgress;
import io.vibee.session.SaveResult;
import io.vibee.session.SaveResult.Outcome;
import io.vibee.session.Secret;
import io.vibee.session.Session;
import io.vibee.session.SessionChangedException;
import io.vibee.session.SessionCounts;
import io.vibee.session.SessionEdit;
import io.vibee.session.SessionSummary;
import io.vibee.session.testkit.memory.InMemorySessionStore;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Stores that merge edits, count or change keys wrongly. */
final class WrongEdits {
  private WrongEdits() {}

  /** Saves a whole session instead of editing the stored one. */
  private static SaveResult<SessionSummary> saved(
      InMemorySessionStore store, SessionEdit edit, Session stored) {
    SessionSummary wanted = edit.applyTo(store.summaryOfUser(edit.userId()).orElseThrow());
    Secret hash = edit.apiHash().orElse(stored.apiHash());
    store.save(
        Session.builder(wanted.userId(), wanted.sessionId(), wanted.apiId(), hash)
            .username(wanted.username())
            .phone(wanted.phone())
            .active(wanted.active())
            .authorized(wanted.authorized())
            .digitalTwinEnabled(wanted.digitalTwinEnabled())
            .autoReplyEnabled(wanted.autoReplyEnabled())
            .targetChats(wanted.targetChats())
            .build());
    return new SaveResult<>(store.summaryOfUser(edit.userId()).orElseThrow(), Outcome.UPDATED);
  }

  static class ClearsWhatAnEditDoesNotName extends ForwardingStore {
    ClearsWhatAnEditDoesNotName(InMemorySessionStore store) {
      super(store);
    }

    @Override
    public SaveResult<SessionSummary> edit(SessionEdit edit) {
      boolean added = store.summaryOfUser(edit.userId()).isEmpty();
      if (!added) store.edit(SessionEdit.of(edit.userId()).username(null).build());
      return store.edit(edit);
    }
  }

  static class IgnoresTheExpectedRevision extends ForwardingStore {
    IgnoresTheExpectedRevision(InMemorySessionStore store) {
      super(store);
    }

    @Override
    public SaveResult<SessionSummary> edit(SessionEdit edit) {
      try {
        return store.edit(edit);
      } catch (SessionChangedException e) {
        return saved(store, edit, store.findByUserId(edit.userId()).orElseThrow());
      }
    }
  }

  /** Reads a session, changes it and saves it: two that do so at once lose a value. */
  static class ReadsChangesAndSaves extends ForwardingStore {
    private final Meeting meeting = new Meeting();

    ReadsChangesAndSaves(InMemorySessionStore store) {
      super(store);
    }

    @Override
    public SaveResult<SessionSummary> edit(SessionEdit edit) {
      Session stored = store.findByUserId(edit.userId()).orElseThrow();
      SessionSummary wanted = edit.applyTo(store.summaryOfUser(edit.userId()).orElseThrow());
      meeting.await();
      store.save(
          stored.toBuilder()
              .username(wanted.username())
              .phone(wanted.phone())
              .apiId(wanted.apiId())
              .active(wanted.active())
              .build());
      return new SaveResult<>(wanted, Outcome.UPDATED);
    }
  }

  static class CallsEveryEditAnUpdate extends ForwardingStore {
    CallsEveryEditAnUpdate(InMemorySessionStore store) {
      super(store);
    }

    @Override
    public SaveResult<SessionSummary> edit(SessionEdit edit) {
      return new SaveResult<>(store.edit(edit).session(), Outcome.UPDATED);
    }
  }

  static class CountsInactiveOnesAsUnauthorized extends ForwardingStore {
    CountsInactiveOnesAsUnauthorized(InMemorySessionStore store) {
      super(store);
    }

    @Override
    public SessionCounts counts() {
      SessionCounts counts = store.counts();
      return new SessionCounts(
          counts.authorized(), counts.unauthorized() + counts.inactive(), counts.inactive());
    }
  }

  static class PrunesKeysInUse extends ForwardingStore {
    PrunesKeysInUse(InMemorySessionStore store) {
      super(store);
    }

    @Override
    public boolean prune(int version) {
      try {
        return store.prune(version);
      } catch (KeyInUseException e) {
        return true;
      }
    }
  }

  static class RotationIsAnUpdate extends ForwardingStore {
    RotationIsAnUpdate(InMemorySessionStore store) {
      super(store);
    }

    @Override
    public RotationProgress rotate(Predicate<? super RotationProgress> keepGoing) {
      store.forEach(
          session -> {
            store.save(session.toBuilder().phone("+0").build());
            store.save(session);
          },
          unreadable -> {});
      return store.rotate(keepGoing);
    }
  }

  static class CannotBeCancelled extends ForwardingStore {
    CannotBeCancelled(InMemorySessionStore store) {
      super(store);
    }

    @Override
    public RotationProgress rotate(Predicate<? super RotationProgress> keepGoing) {
      List<Boolean> answers = new ArrayList<>();
      RotationProgress end = store.rotate(progress -> answers.add(keepGoing.test(progress)));
      answers.add(keepGoing.test(end));
      return end;
    }
  }
}
