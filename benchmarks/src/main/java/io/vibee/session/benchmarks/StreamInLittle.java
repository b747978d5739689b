package io.vibee.session.benchmarks;

import com.sun.management.GarbageCollectionNotificationInfo;
import io.vibee.session.benchmarks.jmh.LoadAll;
import io.vibee.session.jdbc.JdbcSessionStore;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;

/**
 * Loads all sessions in a JVM with little memory, by the library or by hand, and prints how many
 * there were, the milliseconds, the number of garbage collections, and the most bytes that were in
 * use after one.
 */
final class StreamInLittle {
  private static final AtomicLong held = new AtomicLong();

  private StreamInLittle() {}

  public static void main(String[] args) throws Exception {
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      ((NotificationEmitter) collector)
          .addNotificationListener((notification, none) -> note(notification), null, null);
    }
    long start = System.nanoTime();
    int count =
        Character.isDigit(args[0].charAt(0))
            ? byHand(args[1], Integer.parseInt(args[0]))
            : library(args[0], args[1]);
    double millis = (System.nanoTime() - start) / 1e6;
    Thread.sleep(500); // the last notifications
    System.out.printf(
        Locale.ROOT,
        "%d %.0f %d %d%n",
        count,
        millis,
        ManagementFactory.getGarbageCollectorMXBeans().stream()
            .mapToLong(GarbageCollectorMXBean::getCollectionCount)
            .sum(),
        held.get());
  }

  private static int library(String way, String url) {
    int[] count = {0};
    try (JdbcSessionStore store = LoadAll.store(way, url)) {
      store.forEachActive(
          session -> count[0]++,
          unreadable -> {
            throw new IllegalStateException(unreadable.toString());
          });
    }
    return count[0];
  }

  private static int byHand(String jdbcUrl, int fetchSize) throws SQLException {
    int count = 0;
    try (Connection connection = DriverManager.getConnection(jdbcUrl);
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.setFetchSize(fetchSize);
      try (ResultSet row =
          statement.executeQuery(
              """
              select s.*, pgp_sym_decrypt(s.api_hash_encrypted, k.master_key)
                from user_sessions s join encryption_keys k on k.version = s.key_version
               where s.is_active = true
              """)) {
        for (; row.next(); count++) row.getString("user_id");
      }
    }
    return count;
  }

  private static void note(Notification notification) {
    long after =
        GarbageCollectionNotificationInfo.from((CompositeData) notification.getUserData())
            .getGcInfo()
            .getMemoryUsageAfterGc()
            .entrySet()
            .stream()
            .filter(pool -> isHeap(pool.getKey()))
            .map(Map.Entry::getValue)
            .mapToLong(MemoryUsage::getUsed)
            .sum();
    held.accumulateAndGet(after, Math::max);
  }

  private static boolean isHeap(String pool) {
    return !pool.startsWith("Code") && !pool.equals("Metaspace") && !pool.startsWith("Compressed");
  }
}
