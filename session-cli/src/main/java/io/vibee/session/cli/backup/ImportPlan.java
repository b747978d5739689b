package io.vibee.session.cli.backup;

import io.vibee.session.ManagedSessionStore;
import io.vibee.session.Session;
import io.vibee.session.SessionEdit;
import io.vibee.session.SessionEditBuilder;
import io.vibee.session.SessionRevision;
import io.vibee.session.SessionSummary;
import io.vibee.session.UnreadableSessionException;
import io.vibee.session.cli.terminal.FailedException;
import io.vibee.session.cli.terminal.FailedException.Reason;
import io.vibee.session.cli.terminal.Format;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

  /** Compares one session with what is stored. */
  void add(Session incoming) {
    Optional<SessionSummary> stored = store.summaryOfUser(incoming.userId());
    List<String> differences = stored.isEmpty() ? List.of() : differences(incoming);
    if (stored.isPresent() && differences.isEmpty()) {
      steps.add(new Step(incoming, null, differences));
      return;
    }
    noteConflict(incoming);
    SessionEditBuilder edit =
        stored.isPresent()
            ? scope.change(incoming).expecting(stored.get().at())
            : scope.addition(incoming).expecting(SessionRevision.NONE);
    steps.add(new Step(incoming, edit.build(), differences));
  }

  private List<String> differences(Session incoming) {
    try {
      return store
          .findByUserId(incoming.userId())
          .map(session -> scope.differences(session, incoming))
          .orElse(List.of("user_id")); // deleted just now: the edit finds that out
    } catch (UnreadableSessionException e) {
      return List.of("api_hash (the stored one cannot be read)");
    }
  }

  private void noteConflict(Session incoming) {
    store
        .summaryOfSession(incoming.sessionId())
        .map(SessionSummary::userId)
        .filter(other -> !other.equals(incoming.userId()))
        .map(other -> new Conflict(incoming.sessionId(), incoming.userId(), other))
        .ifPresent(conflicts::add);
  }

  /** Stores one session as planned. */
  void run(Step step) {
    if (step.edit() == null) return;
    try {
      store.edit(step.edit());
    } catch (IllegalArgumentException e) {
      throw new FailedException(
          Reason.REFUSED, "session " + step.session().sessionId() + ": " + Format.complaint(e));
    }
  }
}
