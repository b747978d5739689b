package io.vibee.session.cli.backup;

import io.vibee.session.ManagedSessionStore;
import io.vibee.session.Session;
import io.vibee.session.SessionCounts;
import io.vibee.session.SessionQuery;
import io.vibee.session.SessionRevision;
import io.vibee.session.SessionSummary;
import io.vibee.session.UnreadableSessionException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What is stored of the sessions of an import. Of a small import into a large store, each session
 * is looked up; otherwise all that is stored is read once, and of that only what concerns the
 * import is kept: revisions, names of columns and ids.
 */
final class StoredSessions {
  /** How many sessions are read in bulk in the time of one look-up. */
  private static final int READ_PER_LOOKUP = 50;

  private final ManagedSessionStore store;
  private final ImportScope scope;
  private boolean readAll;
  private final Map<String, SessionRevision> revisions = new HashMap<>();
  private final Map<String, List<String>> differences = new HashMap<>();

  /** Other users who have a session id of the import, by that id. */
  private final Map<String, String> owners = new HashMap<>();

  private StoredSessions(ManagedSessionStore store, ImportScope scope) {
    this.store = store;
    this.scope = scope;
  }

  /** Reads what is stored, and tells how many sessions of the import it has compared. */
  static StoredSessions of(
      ManagedSessionStore store, ImportScope scope, List<Session> incoming, IntConsumer compared) {
    StoredSessions stored = new StoredSessions(store, scope);
    Map<String, Session> byUser = new HashMap<>();
    Map<String, Session> bySession = new HashMap<>();
    for (Session session : incoming) {
      byUser.put(session.userId(), session);
      bySession.put(session.sessionId(), session);
    }
    SessionCounts counts = store.counts();
    // Variables may name a user twice.
    boolean unique = Math.min(byUser.size(), bySession.size()) == incoming.size();
    if (unique && (long) incoming.size() * READ_PER_LOOKUP >= counts.active() + counts.inactive()) {
      stored.readRevisions(byUser, bySession);
      stored.readDifferences(byUser, compared);
      stored.readAll = true;
    }
    return stored;
  }

  /** Before the values: a session that changes in between is then no longer at its revision. */
  private void readRevisions(Map<String, Session> byUser, Map<String, Session> bySession) {
    SessionQuery query = SessionQuery.all(SessionQuery.MAXIMUM);
    List<SessionSummary> page = store.list(query);
    while (!page.isEmpty()) {
      for (SessionSummary summary : page) {
        if (byUser.containsKey(summary.userId())) revisions.put(summary.userId(), summary.at());
        @Nullable Session wanting = bySession.get(summary.sessionId());
        if (wanting != null && !wanting.userId().equals(summary.userId())) {
          owners.put(summary.sessionId(), summary.userId());
        }
      }
      page = store.list(query.after(page.get(page.size() - 1).id()));
    }
  }

  private void readDifferences(Map<String, Session> byUser, IntConsumer compared) {
    if (revisions.isEmpty()) return;
    store.forEach(
        stored -> {
          @Nullable Session incoming = byUser.get(stored.userId());
          if (incoming == null) return;
          differences.put(stored.userId(), scope.differences(stored, incoming));
          compared.accept(differences.size());
        },
        unreadable -> {}); // looked up, since its ids may not be shown as they are
  }

  /** Returns how many sessions of the import were compared when all was read. */
  int compared() {
    return differences.size();
  }

  /** Returns the revision at which a user's session is stored. */
  SessionRevision revision(Session incoming) {
    if (readAll) return revisions.getOrDefault(incoming.userId(), SessionRevision.NONE);
    return store
        .summaryOfUser(incoming.userId())
        .map(SessionSummary::at)
        .orElse(SessionRevision.NONE);
  }

  /** Names the columns in which a user's stored session differs. */
  List<String> differences(Session incoming) {
    @Nullable List<String> known = differences.get(incoming.userId());
    if (known != null) return known;
    try {
      return store
          .findByUserId(incoming.userId())
          .map(session -> scope.differences(session, incoming))
          .orElse(List.of("user_id")); // deleted just now: the edit finds that out
    } catch (UnreadableSessionException e) {
      return List.of("api_hash (the stored one cannot be read)");
    }
  }

  /** Finds another user who has the session id. */
  Optional<String> owner(Session incoming) {
    if (readAll) return Optional.ofNullable(owners.get(incoming.sessionId()));
    return store
        .summaryOfSession(incoming.sessionId())
        .map(SessionSummary::userId)
        .filter(other -> !other.equals(incoming.userId()));
  }
}
