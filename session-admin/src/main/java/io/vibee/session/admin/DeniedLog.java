package io.vibee.session.admin;

import io.vibee.session.Activity;
import io.vibee.session.SessionStore;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records wrong tokens in the activity log: at most one entry per address and minute, which says
 * how many there were and never which. Requests do not wait for it, and a database that is down
 * only delays it. Minutes are measured by a clock that nobody sets: wall-clock time can jump back.
 */
final class DeniedLog {
  static final String TYPE = "access_denied";

  private static final Logger log = LoggerFactory.getLogger(DeniedLog.class);
  private static final int MAXIMUM_ADDRESSES = 100;
  private static final String OTHERS = "others";
  private static final long INTERVAL_NANOS = Duration.ofMinutes(1).toNanos();

  private final SessionStore store;
  private final LongSupplier nanoClock;
  private final Executor writer;
  private final Map<String, Pending> byAddress = new HashMap<>();

  /** What was counted since the last entry, and when that entry was written. */
  private record Pending(int count, long written) {
    boolean isOld(long now) {
      return now - written >= INTERVAL_NANOS;
    }
  }

  DeniedLog(SessionStore store, LongSupplier nanoClock, Executor writer) {
    this.store = store;
    this.nanoClock = nanoClock;
    this.writer = writer;
  }

  /** Counts one wrong token, and writes an entry if one is due. */
  void denied(String address) {
    int count;
    String key;
    synchronized (byAddress) {
      long now = nanoClock.getAsLong();
      key = known(address, now);
      Pending before = byAddress.get(key);
      count = before == null ? 1 : before.count() + 1;
      if (before != null && !before.isOld(now)) {
        byAddress.put(key, new Pending(count, before.written()));
        return;
      }
      byAddress.put(key, new Pending(0, now));
    }
    write(key, count);
  }

  /**
   * Writes what was counted but not yet written; addresses that were quiet for a minute are
   * dropped.
   */
  void flush() {
    Map<String, Integer> due = new HashMap<>();
    synchronized (byAddress) {
      long now = nanoClock.getAsLong();
      byAddress
          .entrySet()
          .removeIf(
              entry -> {
                Pending pending = entry.getValue();
                if (!pending.isOld(now)) return false;
                if (pending.count() == 0) return true;
                due.put(entry.getKey(), pending.count());
                entry.setValue(new Pending(0, now));
                return false;
              });
    }
    due.forEach(this::write);
  }

  boolean isEmpty() {
    synchronized (byAddress) {
      return byAddress.isEmpty();
    }
  }

  private String known(String address, long now) {
    if (byAddress.containsKey(address)) return address;
    if (byAddress.size() >= MAXIMUM_ADDRESSES) {
      byAddress.values().removeIf(p -> p.count() == 0 && p.isOld(now));
    }
    return byAddress.size() < MAXIMUM_ADDRESSES ? address : OTHERS;
  }

  private void write(String address, int count) {
    try {
      writer.execute(
          () -> {
            try {
              store.recordActivity(
                  Activity.ALL_SESSIONS, TYPE, Map.of("address", address, "count", count));
            } catch (RuntimeException e) {
              log.warn("{} wrong tokens from {} could not be audited", count, address);
            }
          });
    } catch (RejectedExecutionException e) {
      log.warn("{} wrong tokens from {} were not audited: the database is slow", count, address);
    }
  }
}
