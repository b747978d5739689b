package io.vibee.session.cli.backup;

import io.vibee.session.ManagedSessionStore;
import io.vibee.session.Session;
import io.vibee.session.SessionEdit;
import io.vibee.session.SessionEditBuilder;
import io.vibee.session.SessionRevision;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What an import would do, worked out before anything is written. Each change is bound to the
 * revision that was compared, so that nobody's change in between is overwritten.
 */
final class ImportPlan {
  private final ManagedSessionStore store;
  private final ImportScope scope;
  private final List<Step> steps = new ArrayList<>();
  private final List<Conflict> conflicts = new ArrayList<>();

  /** A session id of the import that is stored as another user's. */
  record Conflict(String sessionId, String userId, String storedUserId) {}

  /**
   * One session of the import.
   *
   * @param edit what to do; null if all is stored already
   * @param differences the columns whose stored values differ; none for a new session
   */
  record Step(Session session, @Nullable SessionEdit edit, List<String> differences) {
    Outcome outcome() {
      if (edit == null) return Outcome.UNCHANGED;
      return differences.isEmpty() ? Outcome.CREATED : Outcome.UPDATED;
    }
  }

  enum Outcome {
    CREATED,
    UPDATED,
    UNCHANGED
  }

  ImportPlan(ManagedSessionStore store, ImportScope scope) {
    this.store = store;
    this.scope = scope;
  }

  List<Step> steps() {
    return steps;
  }

  /** Returns the sessions that cannot be stored, since a session id belongs to one user. */
  List<Conflict> conflicts() {
    return conflicts;
  }

  /** Compares the sessions with what is stored, and tells how many it has compared. */
  void compare(List<Session> sessions, IntConsumer compared) {
    StoredSessions stored = StoredSessions.of(store, scope, sessions, compared);
    for (Session session : sessions) {
      add(session, stored);
      compared.accept(Math.max(steps.size(), stored.compared())); // never goes back
    }
  }

  private void add(Session incoming, StoredSessions stored) {
    SessionRevision revision = stored.revision(incoming);
    boolean isNew = revision.equals(SessionRevision.NONE);
    List<String> differences = isNew ? List.of() : stored.differences(incoming);
    if (!isNew && differences.isEmpty()) {
      steps.add(new Step(incoming, null, differences));
      return;
    }
    stored
        .owner(incoming)
        .map(other -> new Conflict(incoming.sessionId(), incoming.userId(), other))
        .ifPresent(conflicts::add);
    SessionEditBuilder edit = isNew ? scope.addition(incoming) : scope.change(incoming);
    steps.add(new Step(incoming, edit.expecting(revision).build(), differences));
  }
}
