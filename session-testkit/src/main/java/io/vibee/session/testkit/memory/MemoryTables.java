package io.vibee.session.testkit.memory;

import io.vibee.session.Activity;
import io.vibee.session.SessionConflictException;
import io.vibee.session.SessionNotFoundException;
import io.vibee.session.SessionSummary;
import io.vibee.session.UnreadableSession.Reason;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What the stores of one database share: sessions, log, keys and fleet. {@link #transaction} is the
 * only way in, and makes every operation a transaction: it runs alone, and changes nothing if it
 * throws, since all operations check before they write.
 */
final class MemoryTables {
  private final Clock clock;
  private final MemoryLog log = new MemoryLog();
  private final MemoryKeys keys;
  private final MemoryFleet fleet = new MemoryFleet();
  private final StoreFaults faults = new StoreFaults(this);

  /** The rows, in the order in which they were added. */
  private final NavigableMap<Long, MemoryRow> rows = new TreeMap<>();

  private final Map<String, Long> byUser = new HashMap<>();
  private final Map<String, Long> bySession = new HashMap<>();
  private long lastId;

  MemoryTables(Clock clock) {
    this.clock = clock;
    this.keys = new MemoryKeys(now());
  }

  synchronized <T> T transaction(Supplier<T> work) {
    return work.get();
  }

  Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }

  MemoryLog log() {
    return log;
  }

  MemoryKeys keys() {
    return keys;
  }

  MemoryFleet fleet() {
    return fleet;
  }

  StoreFaults faults() {
    return faults;
  }

  @Nullable MemoryRow ofUser(String userId) {
    @Nullable Long id = byUser.get(Objects.requireNonNull(userId, "userId"));
    return id == null ? null : rows.get(id);
  }

  @Nullable MemoryRow ofSession(String sessionId) {
    @Nullable Long id = bySession.get(Objects.requireNonNull(sessionId, "sessionId"));
    return id == null ? null : rows.get(id);
  }

  MemoryRow required(String sessionId) {
    @Nullable MemoryRow row = ofSession(sessionId);
    if (row == null) throw SessionNotFoundException.ofSession(sessionId);
    return row;
  }

  /** Returns the rows after an id, in the order in which they were added. */
  List<MemoryRow> after(long id) {
    return List.copyOf(rows.tailMap(id, false).values());
  }

  long countOfKey(int version) {
    return rows.values().stream().filter(row -> row.values().keyVersion() == version).count();
  }

  /** Adds a row with the values that the caller chose. */
  MemoryRow add(MemoryRow chosen, @Nullable String actor) {
    requireFree(chosen.values());
    Instant now = now();
    long id = ++lastId;
    MemoryRow row =
        chosen.with(MemoryValues.at(chosen.values(), id, null, now, now, 1, keys.currentVersion()));
    put(row);
    fleet.follow(row.values().sessionId(), row.values().active(), now);
    logChange(row, Activity.SESSION_CREATED, Map.of(), actor);
    return row;
  }

  /**
   * Gives a row the values that the caller chose; if nothing changes, leaves the revision and the
   * log alone.
   *
   * @param keyVersion the key version of the hash as it is written
   */
  MemoryRow replace(MemoryRow old, MemoryRow chosen, int keyVersion, @Nullable String actor) {
    requireFree(chosen.values());
    List<String> changed = chosen.changedSince(old);
    SessionSummary was = old.values();
    boolean same = changed.isEmpty();
    MemoryRow row =
        chosen.with(
            MemoryValues.at(
                chosen.values(),
                was.id(),
                was.lastSeenAt(),
                was.createdAt(),
                same ? was.updatedAt() : now(),
                same ? was.revision() : was.revision() + 1,
                keyVersion));
    bySession.remove(was.sessionId());
    put(row);
    if (same) return row;
    fleet.follow(
        was.sessionId(),
        row.values().sessionId(),
        row.values().active(),
        row.values().lastSeenAt(),
        now());
    Map<String, Object> details = new HashMap<>(Map.of("changed", changed));
    if (!was.sessionId().equals(row.values().sessionId())) {
      details.put("previous_session_id", was.sessionId());
    }
    logChange(row, row.changeType(changed), details, actor);
    return row;
  }

  /** Refuses a session id that another user's session has. */
  private void requireFree(SessionSummary values) {
    @Nullable MemoryRow owner = ofSession(values.sessionId());
    if (owner != null && !owner.values().userId().equals(values.userId())) {
      throw new SessionConflictException(values.sessionId());
    }
  }

  /** Changes what is neither counted nor logged: {@code lastSeenAt}, the key, a fault. */
  void set(MemoryRow row, UnaryOperator<MemoryRow> change) {
    put(change.apply(row));
  }

  void remove(MemoryRow row, @Nullable String actor) {
    rows.remove(row.values().id());
    byUser.remove(row.values().userId());
    bySession.remove(row.values().sessionId());
    fleet.gone(row.values().sessionId());
    logChange(row, Activity.SESSION_DELETED, Map.of(), actor);
  }

  void setFault(String sessionId, @Nullable Reason fault) {
    MemoryRow row = required(sessionId);
    put(new MemoryRow(row.values(), row.apiHash(), fault));
  }

  void clearFaults() {
    for (MemoryRow row : List.copyOf(rows.values())) {
      put(new MemoryRow(row.values(), row.apiHash(), null));
    }
  }

  private void put(MemoryRow row) {
    long id = row.values().id();
    rows.put(id, row);
    byUser.put(row.values().userId(), id);
    bySession.put(row.values().sessionId(), id);
  }

  private void logChange(
      MemoryRow row, String type, Map<String, ?> details, @Nullable String actor) {
    log.addChange(row.values().sessionId(), row.values().userId(), type, details, actor, now());
  }
}
