package io.vibee.session.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import javax.sql.DataSource;

/**
 * Eight who change sessions at random, each its own: one in a transaction that is open from before
 * all others until after them, two in long ones, five in one for each change. They take back every
 * tenth. Each transaction logs a mark of its own at last.
 */
final class RandomChanges {
  static final int WRITERS = 8;

  /** The user whose hash the new ones get. */
  static final String TEMPLATE = "template";

  private static final int USERS = 30;
  private static final int IDS = 45;
  private static final int LONG = 50;

  private final DataSource database;
  private final int changes;
  private final CountDownLatch firstHasBegun = new CountDownLatch(1);
  private final CountDownLatch mayGoOn = new CountDownLatch(1);
  private final CountDownLatch othersAreDone = new CountDownLatch(WRITERS - 1);

  /** When each transaction that was committed set about it, by its mark. */
  private final Map<String, Long> committed = new ConcurrentHashMap<>();

  RandomChanges(DataSource database, int changes) {
    this.database = database;
    this.changes = changes;
  }

  /** Starts them, and returns once the first has begun; the others wait for {@link #goOn}. */
  List<Future<Void>> start(ExecutorService threads) throws InterruptedException {
    List<Future<Void>> started = new ArrayList<>();
    for (int writer = 0; writer < WRITERS; writer++) {
      started.add(threads.submit(new Writer(writer)));
    }
    firstHasBegun.await();
    return started;
  }

  void goOn() {
    mayGoOn.countDown();
  }

  Map<String, Long> committed() {
    return committed;
  }

  private final class Writer implements Callable<Void> {
    private final int number;
    private final Random random;
    private int marks;

    /** Which user has which session, as far as this writer made them. */
    private Map<String, String> sessions = new TreeMap<>();

    Writer(int number) {
      this.number = number;
      this.random = new Random(number);
    }

    @Override
    public Void call() throws Exception {
      try (Connection connection = database.getConnection();
          Statement statement = connection.createStatement()) {
        connection.setAutoCommit(false);
        if (number == 0) {
          changeInOne(connection, statement);
        } else {
          mayGoOn.await();
          int size = number <= 2 ? LONG : 1;
          for (int done = 0; done < changes / WRITERS; ) {
            if (change(connection, statement, size)) done += size;
          }
        }
        return null;
      } finally {
        firstHasBegun.countDown();
        othersAreDone.countDown();
      }
    }

    private void changeInOne(Connection connection, Statement statement) throws Exception {
      statement.executeUpdate(next());
      firstHasBegun.countDown();
      mayGoOn.await();
      for (int i = 1; i < changes / WRITERS; i++) statement.executeUpdate(next());
      othersAreDone.await();
      commit(connection, statement);
    }

    /** Returns whether the changes were committed. */
    private boolean change(Connection connection, Statement statement, int size)
        throws SQLException {
      Map<String, String> before = new TreeMap<>(sessions);
      for (int i = 0; i < size; i++) statement.executeUpdate(next());
      if (random.nextInt(10) == 0) {
        connection.rollback();
        sessions = before;
        return false;
      }
      commit(connection, statement);
      return true;
    }

    private void commit(Connection connection, Statement statement) throws SQLException {
      String mark = "mark " + number + "-" + ++marks;
      statement.executeUpdate(
          "insert into session_activity (session_id, activity_type) values ('*', '" + mark + "')");
      committed.put(mark, System.nanoTime());
      connection.commit();
    }

    private String next() {
      String user = "u" + number + "_" + random.nextInt(USERS);
      String session = sessions.get(user);
      if (session == null) return add(user);
      return switch (random.nextInt(6)) {
        case 0, 1 ->
            "update user_sessions set phone = '+%s' where user_id = '%s'"
                .formatted(random.nextInt(1_000_000), user);
        case 2, 3 ->
            "update user_sessions set is_active = not is_active where user_id = '%s'"
                .formatted(user);
        case 4 -> {
          sessions.put(user, unusedId());
          yield "update user_sessions set session_id = '%s' where user_id = '%s'"
              .formatted(sessions.get(user), user);
        }
        default -> {
          sessions.remove(user);
          yield "delete from user_sessions where session_id = '%s'".formatted(session);
        }
      };
    }

    private String add(String user) {
      sessions.put(user, unusedId());
      return """
      insert into user_sessions (user_id, session_id, api_id, api_hash_encrypted)
        select '%s', '%s', 94892, api_hash_encrypted from user_sessions where user_id = '%s'
      """
          .formatted(user, sessions.get(user), TEMPLATE);
    }

    /** One that nobody has, often one that somebody had before. */
    private String unusedId() {
      while (true) {
        String id = "s" + number + "_" + random.nextInt(IDS);
        if (!sessions.containsValue(id)) return id;
      }
    }
  }
}
