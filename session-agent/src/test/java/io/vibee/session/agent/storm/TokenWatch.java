package io.vibee.session.agent.storm;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Looks at all leases again and again, as long as it is not closed: their tokens only grow. */
final class TokenWatch implements AutoCloseable {
  private static final long PAUSE_MILLIS = 300;

  private final StormDatabase database;
  private final CountDownLatch end = new CountDownLatch(1);
  private final Thread thread = new Thread(this::watch, "token-watch");

  // What follows is guarded by this.
  private final Map<String, Long> tokens = new HashMap<>();
  private final List<String> shrunk = new ArrayList<>();
  private int looks;

  TokenWatch(StormDatabase database) {
    this.database = database;
    thread.setDaemon(true);
    thread.start();
  }

  private void watch() {
    try {
      do look();
      while (!end.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() {
    List<String> rows;
    try {
      rows = database.rows("select session_id, token from session_leases");
    } catch (SQLException e) {
      return; // it is down
    }
    synchronized (this) {
      looks++;
      for (String row : rows) {
        String[] columns = row.split("\\|", -1);
        long token = Long.parseLong(columns[1]);
        Long before = tokens.put(columns[0], token);
        if (before != null && token < before) {
          shrunk.add("%s: %s after %s".formatted(columns[0], token, before));
        }
      }
    }
  }

  /** The tokens that became smaller. */
  synchronized List<String> shrunk() {
    return List.copyOf(shrunk);
  }

  /** How often the leases were seen. */
  synchronized int looks() {
    return looks;
  }

  /** How many leases were given, as far as tokens tell. */
  synchronized long given() {
    return tokens.values().stream().mapToLong(token -> token & 0xff_ffff_ffffL).sum();
  }

  @Override
  public void close() {
    end.countDown();
  }
}
