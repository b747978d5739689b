package io.vibee.session.testkit.contract;

import io.vibee.session.Activity;
import io.vibee.session.ActivityCount;
import io.vibee.session.ActivityQuery;
import io.vibee.session.ManagedSessionStore;
import io.vibee.session.testkit.memory.InMemorySessionStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/** Stores whose log is wrong. */
final class WrongLogs {
  private WrongLogs() {}

  /** Reads something other than what was asked for. */
  static class ReadsOtherEntries extends ForwardingStore {
    private final UnaryOperator<ActivityQuery> change;

    ReadsOtherEntries(InMemorySessionStore store, UnaryOperator<ActivityQuery> change) {
      super(store);
      this.change = change;
    }

    @Override
    public List<Activity> activity(ActivityQuery query) {
      return store.activity(change.apply(query));
    }
  }

  static class ReadsTheOldestFirst extends ForwardingStore {
    ReadsTheOldestFirst(InMemorySessionStore store) {
      super(store);
    }

    @Override
    public List<Activity> activity(ActivityQuery query) {
      List<Activity> entries = new ArrayList<>(store.activity(query));
      Collections.reverse(entries);
      return Collections.unmodifiableList(entries);
    }
  }

  static class IgnoresCaseInTheLog extends ForwardingStore {
    IgnoresCaseInTheLog(InMemorySessionStore store) {
      super(store);
    }

    @Override
    public List<Activity> activity(ActivityQuery query) {
      if (query.sessionId().isEmpty()) return store.activity(query);
      String id = query.sessionId().get();
      long before = query.before().orElse(Long.MAX_VALUE);
      return store.activity(ActivityQuery.latest(query.limit()).before(before)).stream()
          .filter(entry -> lower(entry.sessionId()).equals(lower(id)))
          .toList();
    }

    private static String lower(String text) {
      return text.toLowerCase(Locale.ROOT);
    }
  }

  static class GivesItsOwnList extends ForwardingStore {
    GivesItsOwnList(InMemorySessionStore store) {
      super(store);
    }

    @Override
    public List<Activity> activity(ActivityQuery query) {
      return new ArrayList<>(store.activity(query));
    }
  }

  /** Does what a foreign key with {@code on delete cascade} does. */
  static class DeletesTheLogWithItsSession extends ForwardingStore {
    private final Set<String> deleted = ConcurrentHashMap.newKeySet();

    DeletesTheLogWithItsSession(InMemorySessionStore store) {
      super(store);
    }

    @Override
    public boolean delete(String sessionId) {
      deleted.add(sessionId);
      return store.delete(sessionId);
    }

    @Override
    public List<Activity> activity(ActivityQuery query) {
      return store.activity(query).stream()
          .filter(entry -> !deleted.contains(entry.sessionId()))
          .toList();
    }
  }

  /** Writes no entries of one type. */
  static class DoesNotLog extends ForwardingStore {
    private final String type;

    DoesNotLog(InMemorySessionStore store, String type) {
      super(store);
      this.type = type;
    }

    @Override
    public List<Activity> activity(ActivityQuery query) {
      return store.activity(query).stream().filter(entry -> !entry.type().equals(type)).toList();
    }
  }

  static class KeepsDetailsAsTexts extends ForwardingStore {
    KeepsDetailsAsTexts(InMemorySessionStore store) {
      super(store);
    }

    @Override
    public void recordActivity(String sessionId, String type, Map<String, ?> details) {
      Map<String, String> texts = new LinkedHashMap<>();
      details.forEach((name, value) -> texts.put(name, String.valueOf(value)));
      store.recordActivity(sessionId, type, texts);
    }
  }

  static class PassesOverDetailsThatAreTooLong extends ForwardingStore {
    PassesOverDetailsThatAreTooLong(InMemorySessionStore store) {
      super(store);
    }

    @Override
    public void recordActivity(String sessionId, String type, Map<String, ?> details) {
      boolean tooLong = details.toString().length() > Activity.MAX_DETAILS_BYTES / 2;
      store.recordActivity(sessionId, type, tooLong ? Map.of() : details);
    }
  }

  static class CutsTypesOff extends ForwardingStore {
    CutsTypesOff(InMemorySessionStore store) {
      super(store);
    }

    @Override
    public void recordActivity(String sessionId, String type, Map<String, ?> details) {
      store.recordActivity(sessionId, type.substring(0, Math.min(50, type.length())), details);
    }
  }

  static class ForgetsTheActor extends ForwardingStore {
    ForgetsTheActor(InMemorySessionStore store) {
      super(store);
    }

    @Override
    public ManagedSessionStore actingAs(String actor) {
      ManagedSessionStore checked = store.actingAs(actor);
      checked.close();
      return new ForwardingStore(store) {
        @Override
        public void close() {}
      };
    }
  }

  static class CountsTamperingAsNoError extends ForwardingStore {
    CountsTamperingAsNoError(InMemorySessionStore store) {
      super(store);
    }

    @Override
    public void recordActivity(String sessionId, String type, Map<String, ?> details) {
      String other = type.equals(Activity.TAMPERING_DETECTED) ? "tampering" : type;
      store.recordActivity(sessionId, other, details);
    }
  }

  static class CountsWholeSeconds extends ForwardingStore {
    CountsWholeSeconds(InMemorySessionStore store) {
      super(store);
    }

    @Override
    public List<ActivityCount> activityCounts(Instant from, Duration span, int spans) {
      return store.activityCounts(from, Duration.ofSeconds(span.toSeconds()), spans);
    }
  }
}
