package io.vibee.session.testkit.contract;

import io.vibee.session.Activity;
import io.vibee.session.ActivityCount;
import io.vibee.session.ActivityQuery;
import io.vibee.session.KeyRotation;
import io.vibee.session.KeyVersion;
import io.vibee.session.ManagedSessionStore;
import io.vibee.session.NewKey;
import io.vibee.session.RefusedEdit;
import io.vibee.session.RotationProgress;
import io.vibee.session.SaveResult;
import io.vibee.session.Session;
import io.vibee.session.SessionChanges;
import io.vibee.session.SessionCounts;
import io.vibee.session.SessionEdit;
import io.vibee.session.SessionLeases;
import io.vibee.session.SessionQuery;
import io.vibee.session.SessionReport;
import io.vibee.session.SessionSummary;
import io.vibee.session.UnreadableSession;
import io.vibee.session.testkit.memory.InMemorySessionStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The store without a database, for subclasses to break. */
class ForwardingStore implements ManagedSessionStore, KeyRotation {
  final InMemorySessionStore store;

  ForwardingStore(InMemorySessionStore store) {
    this.store = store;
  }

  /** Has leases and a feed, too; what they do is for subclasses to break. */
  @Override
  public <T> Optional<T> as(Class<T> ability) {
    if (ability == SessionLeases.class) {
      return store.as(SessionLeases.class).map(leases -> ability.cast(leases(leases)));
    }
    if (ability == SessionChanges.class) {
      return store.as(SessionChanges.class).map(feed -> ability.cast(feed(feed)));
    }
    return ManagedSessionStore.super.as(ability);
  }

  SessionLeases leases(SessionLeases right) {
    return right;
  }

  SessionChanges feed(SessionChanges right) {
    return right;
  }

  @Override
  public Optional<Session> findByUserId(String userId) {
    return store.findByUserId(userId);
  }

  @Override
  public Optional<Session> findBySessionId(String sessionId) {
    return store.findBySessionId(sessionId);
  }

  @Override
  public void forEachActive(
      Consumer<? super Session> readable, Consumer<? super UnreadableSession> unreadable) {
    store.forEachActive(readable, unreadable);
  }

  @Override
  public void forEachById(
      Collection<String> sessionIds,
      Consumer<? super Session> readable,
      Consumer<? super UnreadableSession> unreadable) {
    store.forEachById(sessionIds, readable, unreadable);
  }

  @Override
  public void forEach(
      Consumer<? super Session> readable, Consumer<? super UnreadableSession> unreadable) {
    store.forEach(readable, unreadable);
  }

  @Override
  public SaveResult<Session> save(Session session) {
    return store.save(session);
  }

  @Override
  public boolean activate(String sessionId) {
    return store.activate(sessionId);
  }

  @Override
  public boolean deactivate(String sessionId) {
    return store.deactivate(sessionId);
  }

  @Override
  public boolean delete(String sessionId) {
    return store.delete(sessionId);
  }

  @Override
  public Set<String> report(Collection<SessionReport> reports) {
    return store.report(reports);
  }

  @Override
  public boolean markAuthorized(String sessionId, boolean authorized) {
    return store.markAuthorized(sessionId, authorized);
  }

  @Override
  public void recordActivity(String sessionId, String type, Map<String, ?> details) {
    store.recordActivity(sessionId, type, details);
  }

  @Override
  public List<Activity> activity(ActivityQuery query) {
    return store.activity(query);
  }

  @Override
  public void check() {
    store.check();
  }

  @Override
  public void close() {
    store.close();
  }

  @Override
  public ManagedSessionStore actingAs(String actor) {
    return store.actingAs(actor);
  }

  @Override
  public Optional<SessionSummary> summaryOfUser(String userId) {
    return store.summaryOfUser(userId);
  }

  @Override
  public Optional<SessionSummary> summaryOfSession(String sessionId) {
    return store.summaryOfSession(sessionId);
  }

  @Override
  public List<SessionSummary> list(SessionQuery query) {
    return store.list(query);
  }

  @Override
  public SaveResult<SessionSummary> edit(SessionEdit edit) {
    return store.edit(edit);
  }

  @Override
  public void editAll(
      Iterable<? extends SessionEdit> edits,
      Consumer<? super SaveResult<SessionSummary>> saved,
      Consumer<? super RefusedEdit> refused) {
    store.editAll(edits, saved, refused);
  }

  @Override
  public SessionCounts counts() {
    return store.counts();
  }

  @Override
  public List<ActivityCount> activityCounts(Instant from, Duration span, int spans) {
    return store.activityCounts(from, span, spans);
  }

  @Override
  public List<KeyVersion> keys() {
    return store.keys();
  }

  @Override
  public KeyVersion changeKey(NewKey key) {
    return store.changeKey(key);
  }

  @Override
  public RotationProgress rotate(Predicate<? super RotationProgress> keepGoing) {
    return store.rotate(keepGoing);
  }

  @Override
  public boolean prune(int version) {
    return store.prune(version);
  }
}
