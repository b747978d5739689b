package com.example.greeter;

import io.vibee.session.Activity;
import io.vibee.session.ActivityQuery;
import io.vibee.session.SaveResult;
import io.vibee.session.Session;
import io.vibee.session.SessionReport;
import io.vibee.session.SessionStore;
import io.vibee.session.UnreadableSession;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** This project's own store, which counts the writes that it passes on to another one. */
public final class CountingStore implements SessionStore {
  private final SessionStore store;
  private final LongAdder writes = new LongAdder();

  public CountingStore(SessionStore store) {
    this.store = store;
  }

  public long writes() {
    return writes.sum();
  }

  private SessionStore writing() {
    writes.increment();
    return store;
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
  public SaveResult<Session> save(Session session) {
    return writing().save(session);
  }

  @Override
  public boolean activate(String sessionId) {
    return writing().activate(sessionId);
  }

  @Override
  public boolean deactivate(String sessionId) {
    return writing().deactivate(sessionId);
  }

  @Override
  public boolean delete(String sessionId) {
    return writing().delete(sessionId);
  }

  @Override
  public Set<String> report(Collection<SessionReport> reports) {
    return writing().report(reports);
  }

  @Override
  public boolean markAuthorized(String sessionId, boolean authorized) {
    return writing().markAuthorized(sessionId, authorized);
  }

  @Override
  public void recordActivity(String sessionId, String type, Map<String, ?> details) {
    writing().recordActivity(sessionId, type, details);
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
  public boolean readOnly() {
    return store.readOnly();
  }

  /** What the other store can do beyond this interface is not counted. */
  @Override
  public <T> Optional<T> as(Class<T> ability) {
    return SessionStore.super.as(ability).or(() -> store.as(ability));
  }

  @Override
  public void close() {
    store.close();
  }
}
