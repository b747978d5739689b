package io.vibee.session.testkit.memory;

import io.vibee.session.Activity;
import io.vibee.session.KeyVersion;
import io.vibee.session.NewKey;
import io.vibee.session.RotationProgress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Changes the key, and moves sessions to it in batches, each of them a transaction. */
final class MemoryRotation {
  private static final int BATCH = 1_000;

  private final MemoryTables tables;
  private final Predicate<? super RotationProgress> keepGoing;
  private final @Nullable String actor;
  private final Runnable ready;
  private final long start = System.nanoTime();
  private long done;
  private long unreadable;

  MemoryRotation(
      MemoryTables tables,
      Predicate<? super RotationProgress> keepGoing,
      @Nullable String actor,
      Runnable ready) {
    this.tables = tables;
    this.keepGoing = keepGoing;
    this.actor = actor;
    this.ready = ready;
  }

  static KeyVersion changeKey(MemoryTables tables, NewKey key, @Nullable String actor) {
    int before = tables.keys().currentVersion();
    if (tables.keys().change(key, tables.now())) {
      Map<String, Object> details =
          Map.of(
              "from_version", before, "to_version", tables.keys().currentVersion(), "online", true);
      log(tables, Activity.KEY_CHANGED, details, actor);
    }
    return tables.keys().list(tables::countOfKey).get(0);
  }

  static boolean prune(MemoryTables tables, int version, @Nullable String actor) {
    boolean pruned = tables.keys().prune(version, tables.countOfKey(version));
    if (pruned) log(tables, Activity.KEY_PRUNED, Map.of("version", version), actor);
    return pruned;
  }

  private static void log(
      MemoryTables tables, String type, Map<String, ?> details, @Nullable String actor) {
    tables.log().addChange(Activity.ALL_SESSIONS, null, type, details, actor, tables.now());
  }

  /** Runs passes until one moves nothing, since the key may be changed again meanwhile. */
  RotationProgress run() {
    long before;
    do {
      before = done;
      if (!pass()) return tables.transaction(this::progress);
    } while (done > before);
    return tables.transaction(
        () -> {
          for (int version : tables.keys().retire(tables::countOfKey)) {
            log(tables, Activity.KEY_RETIRED, Map.of("version", version), actor);
          }
          return progress();
        });
  }

  /** Returns false if it was cancelled. */
  private boolean pass() {
    unreadable = 0;
    long lastId = Long.MIN_VALUE;
    while (true) {
      ready.run(); // the store may fail, or be closed, midway
      long from = lastId;
      List<MemoryRow> batch = tables.transaction(() -> move(from));
      if (batch.isEmpty()) return true;
      lastId = batch.get(batch.size() - 1).values().id();
      RotationProgress progress = tables.transaction(this::progress);
      if (!keepGoing.test(progress)) return false;
    }
  }

  private List<MemoryRow> move(long from) {
    int current = tables.keys().currentVersion();
    List<MemoryRow> batch =
        tables.after(from).stream()
            .filter(row -> row.values().keyVersion() != current)
            .limit(BATCH)
            .toList();
    for (MemoryRow row : batch) {
      if (row.fault() != null) {
        unreadable++;
      } else {
        tables.set(row, r -> r.with(MemoryValues.underKey(r.values(), current)));
        done++;
      }
    }
    return batch;
  }

  private RotationProgress progress() {
    int current = tables.keys().currentVersion();
    long left =
        tables.after(Long.MIN_VALUE).stream()
            .filter(row -> row.values().keyVersion() != current)
            .count();
    return new RotationProgress(
        current, done, left, unreadable, Duration.ofNanos(System.nanoTime() - start));
  }
}
