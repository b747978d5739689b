package io.vibee.session.testkit.memory;

import io.vibee.session.Activity;
import io.vibee.session.ActivityCount;
import io.vibee.session.ActivityQuery;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The activity log; guarded by the lock of {@link MemoryTables}. */
final class MemoryLog {
  private static final int MOST_SPANS = 1000;
  private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

  private final List<Activity> entries = new ArrayList<>();

  void add(
      String sessionId, @Nullable String userId, String type, Map<String, ?> details, Instant at) {
    entries.add(
        new Activity(
            entries.size() + 1L, sessionId, userId, type, new LinkedHashMap<>(details), at));
  }

  /** Adds an entry that the store itself writes. */
  void addChange(
      String sessionId,
      @Nullable String userId,
      String type,
      Map<String, ?> details,
      @Nullable String actor,
      Instant at) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("by", "memory");
    if (actor != null) all.put("actor", actor);
    all.putAll(details);
    add(sessionId, userId, type, all, at);
  }

  List<Activity> read(ActivityQuery query) {
    @Nullable String sessionId = query.sessionId().orElse(null);
    long before = query.before().orElse(Long.MAX_VALUE);
    return newestFirst()
        .filter(entry -> entry.id() < before)
        .filter(entry -> sessionId == null || entry.sessionId().equals(sessionId))
        .limit(query.limit())
        .map(MemoryLog::copy)
        .toList();
  }

  /** Copies an entry, so that a reader cannot change the log through its lists and maps. */
  private static Activity copy(Activity entry) {
    return new Activity(
        entry.id(),
        entry.sessionId(),
        entry.userId(),
        entry.type(),
        StoredJson.details(entry.details()),
        entry.createdAt());
  }

  int size() {
    return entries.size();
  }

  /** Returns the entries after an id, oldest first. */
  List<Activity> after(long id) {
    int from = (int) Math.min(Math.max(id, 0), entries.size());
    return entries.subList(from, entries.size()).stream().map(MemoryLog::copy).toList();
  }

  private Stream<Activity> newestFirst() {
    int last = entries.size() - 1;
    return IntStream.rangeClosed(0, last).mapToObj(i -> entries.get(last - i));
  }

  List<ActivityCount> counts(Instant from, Duration span, int spans) {
    if (spans < 1 || spans > MOST_SPANS) {
      throw new IllegalArgumentException("spans must be 1 to " + MOST_SPANS);
    }
    if (span.compareTo(Duration.ofSeconds(1)) < 0 || span.compareTo(Duration.ofDays(366)) > 0) {
      throw new IllegalArgumentException("span must be a second to a year");
    }
    if (from.isBefore(EARLIEST) || from.isAfter(LATEST)) {
      throw new IllegalArgumentException("from must be in the years 1 to 9999");
    }
    Duration length = span.truncatedTo(ChronoUnit.MICROS);
    return IntStream.range(0, spans)
        .mapToObj(i -> from.plus(length.multipliedBy(i)))
        .map(start -> count(start, length))
        .toList();
  }

  private ActivityCount count(Instant from, Duration length) {
    Instant start = from.truncatedTo(ChronoUnit.MICROS); // as the entries' times are
    Instant end = start.plus(length);
    List<Activity> within =
        entries.stream()
            .filter(entry -> !entry.createdAt().isBefore(start) && entry.createdAt().isBefore(end))
            .toList();
    long errors = within.stream().filter(MemoryLog::isError).count();
    return new ActivityCount(from, within.size(), errors);
  }

  private static boolean isError(Activity entry) {
    return entry.type().equals(Activity.ERROR) || entry.type().equals(Activity.TAMPERING_DETECTED);
  }
}
