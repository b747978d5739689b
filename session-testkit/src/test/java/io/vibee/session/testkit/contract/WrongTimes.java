package io.vibee.session.testkit.contract;

import io.vibee.session.Activity;
import io.vibee.session.ActivityQuery;
import io.vibee.session.SaveResult;
import io.vibee.session.Session;
import io.vibee.session.testkit.memory.InMemorySessionStore;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A store that reads its times wrongly. */
final class WrongTimes extends ForwardingStore {
  private final UnaryOperator<Instant> change;

  WrongTimes(InMemorySessionStore store, UnaryOperator<Instant> change) {
    super(store);
    this.change = change;
  }

  /** Reads a time as a careless driver reads a column without a time zone. */
  static Instant asLocalTime(Instant time) {
    return LocalDateTime.ofInstant(time, ZoneOffset.UTC).atZone(ZoneId.systemDefault()).toInstant();
  }

  private @Nullable Instant changed(@Nullable Instant time) {
    return time == null ? null : change.apply(time);
  }

  private Session changed(Session session) {
    return session.toBuilder()
        .lastSeenAt(changed(session.lastSeenAt()))
        .stored(
            changed(session.createdAt()),
            changed(session.updatedAt()),
            session.revision(),
            session.keyVersion())
        .build();
  }

  @Override
  public SaveResult<Session> save(Session session) {
    SaveResult<Session> result = store.save(session);
    return new SaveResult<>(changed(result.session()), result.outcome());
  }

  @Override
  public Optional<Session> findByUserId(String userId) {
    return store.findByUserId(userId).map(this::changed);
  }

  @Override
  public List<Activity> activity(ActivityQuery query) {
    return store.activity(query).stream()
        .map(
            entry ->
                new Activity(
                    entry.id(),
                    entry.sessionId(),
                    entry.userId(),
                    entry.type(),
                    entry.details(),
                    change.apply(entry.createdAt())))
        .toList();
  }
}
