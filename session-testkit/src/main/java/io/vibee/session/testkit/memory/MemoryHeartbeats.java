package io.vibee.session.testkit.memory;

import io.vibee.session.Activity;
import io.vibee.session.SessionReport;
import io.vibee.session.SessionSummary;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Stores what agents report about the sessions that they hold; guarded by the lock of the tables.
 */
final class MemoryHeartbeats {
  private MemoryHeartbeats() {}

  static Set<String> report(
      MemoryTables tables, Collection<SessionReport> reports, @Nullable String actor) {
    Map<String, SessionReport> last = new LinkedHashMap<>();
    reports.forEach(report -> last.put(report.sessionId(), report));
    List<MemoryRow> held = held(tables, last.keySet().stream());
    Instant now = tables.now();
    List<MemoryRow> changing =
        held.stream().filter(row -> changes(row, authorized(last, row))).toList();
    for (MemoryRow row : changing) {
      String type = row.values().authorized() ? Activity.LOGOUT : Activity.LOGIN;
      log(tables, row, type, Map.of(), now);
    }
    for (MemoryRow row : held) {
      @Nullable String error = reportOf(last, row).error().orElse(null);
      if (error != null) log(tables, row, Activity.ERROR, Map.of("error", error), now);
    }
    for (MemoryRow row : held) tables.set(row, r -> seen(r, now));
    for (MemoryRow row : changing) {
      MemoryRow seen = seen(row, now);
      MemoryRow changed =
          seen.with(MemoryValues.authorized(seen.values(), !seen.values().authorized()));
      tables.replace(seen, changed, seen.values().keyVersion(), actor);
    }
    return held.stream()
        .map(row -> row.values().sessionId())
        .collect(Collectors.toUnmodifiableSet());
  }

  private static List<MemoryRow> held(MemoryTables tables, Stream<String> sessionIds) {
    return sessionIds
        .distinct()
        .map(tables::ofSession)
        .filter(Objects::nonNull)
        .sorted(Comparator.comparingLong(row -> row.values().id()))
        .toList();
  }

  private static SessionReport reportOf(Map<String, SessionReport> last, MemoryRow row) {
    return Objects.requireNonNull(last.get(row.values().sessionId()));
  }

  private static @Nullable Boolean authorized(Map<String, SessionReport> last, MemoryRow row) {
    return reportOf(last, row).authorized().orElse(null);
  }

  private static boolean changes(MemoryRow row, @Nullable Boolean authorized) {
    return authorized != null && authorized != row.values().authorized();
  }

  private static void log(
      MemoryTables tables, MemoryRow row, String type, Map<String, ?> details, Instant now) {
    SessionSummary values = row.values();
    tables.log().add(values.sessionId(), values.userId(), type, details, now);
  }

  private static MemoryRow seen(MemoryRow row, Instant now) {
    return row.with(MemoryValues.seen(row.values(), now));
  }
}
