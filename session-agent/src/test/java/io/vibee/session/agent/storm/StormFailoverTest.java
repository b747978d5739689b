package io.vibee.session.agent.storm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The primary is killed, and its standby promoted, whose clock is half a minute ahead. */
@Tag("slow")
@ResourceLock(StormFleet.CORES)
class StormFailoverTest {
  private static final int AGENTS = 5;
  private static final int SESSIONS = 200;
  private static final int AHEAD = 30;
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @Test
  void losesNothingWhenTheStandbyIsSynchronous() throws Exception {
    try (StormFleet fleet = StormFleet.withStandby(setup(), true, AHEAD);
        TokenWatch tokens = new TokenWatch(fleet.database())) {
      Storm storm = started(fleet);
      Writer writer = new Writer(fleet.database());
      churn(fleet, storm);
      Map<String, Long> before = tokens(fleet);
      Duration took = failOver(fleet, storm);
      List<String> committed = writer.stop();
      assertThat(committed).hasSizeGreaterThan(20);
      assertThat(
              fleet
                  .database()
                  .rows("select session_id from user_sessions where session_id like 'added%'"))
          .containsAll(committed);
      System.out.printf(
          "synchronous: %d changes kept, all run %d ms after the kill%n",
          committed.size(), took.toMillis());
      assertHealthy(fleet, storm, before);
      assertThat(tokens.shrunk()).isEmpty();
    }
  }

  @Test
  void connectsNothingTwiceWhenTheStandbyHasMissedTheLastLeases() throws Exception {
    try (StormFleet fleet = StormFleet.withStandby(setup(), false, AHEAD)) {
      Storm storm = started(fleet);
      // From now on the standby receives nothing.
      fleet.database().standby().suspend();
      Map<String, Long> known = tokens(fleet);
      churn(fleet, storm);
      Map<String, Long> before = tokens(fleet);
      long lost =
          before.entrySet().stream().filter(e -> e.getValue() > known.get(e.getKey())).count();
      assertThat(lost).as("leases of which the standby does not know").isGreaterThan(50);
      fleet.database().kill();
      fleet.database().standby().resume();
      Duration took = failOver(fleet, storm);
      System.out.printf(
          "asynchronous: %d leases lost, all run %d ms after the kill%n", lost, took.toMillis());
      assertHealthy(fleet, storm, before);
    }
  }

  private static StormSetup setup() throws IOException {
    Optional<String> library = StormClock.library();
    if (library.isEmpty() && System.getenv("VIBEE_TESTS_SKIP_NONE") != null) {
      throw new AssertionError("libfaketime is not installed");
    }
    if (library.isEmpty()) {
      System.out.println("SKIPPED: a clock that is ahead: Debian's libfaketime is not installed");
    }
    return StormSetup.of(AGENTS, SESSIONS).withClocks(library.orElse(""));
  }

  private static Storm started(StormFleet fleet) throws Exception {
    fleet.startAgents();
    Storm storm = new Storm(fleet, 0);
    storm.awaitAll(PATIENCE);
    return storm;
  }

  /** Lets many sessions change their owner. */
  private static void churn(StormFleet fleet, Storm storm) throws Exception {
    fleet.nextGeneration();
    for (int slot = 0; slot < AGENTS; slot++) fleet.deploy(slot);
    storm.awaitAll(PATIENCE);
  }

  /** Returns how long after the kill the last session came back that had not run all the time. */
  private static Duration failOver(StormFleet fleet, Storm storm) throws Exception {
    long begun = System.nanoTime();
    fleet.database().kill();
    fleet.database().promote();
    // As long as some may be closed after that, in which nothing is started.
    long end = System.nanoTime() + fleet.setup().times().silence().multipliedBy(3).toNanos();
    long last = begun;
    while (System.nanoTime() < end) {
      storm.calm(Duration.ofMillis(20));
      if (!fleet.missing().isEmpty()) last = System.nanoTime();
    }
    if (!storm.awaitAll(PATIENCE).minusMillis(20).isNegative()) last = System.nanoTime();
    return Duration.ofNanos(last - begun);
  }

  private static void assertHealthy(StormFleet fleet, Storm storm, Map<String, Long> before)
      throws Exception {
    storm.calm(Duration.ofSeconds(2));
    storm.awaitAll(PATIENCE);
    assertThat(fleet.telegram().overlaps()).isEmpty();
    // Not that of the last checkpoint, which comes later.
    assertThat(fleet.database().value("select pg_walfile_name(pg_current_wal_lsn())"))
        .as("a file of the second timeline")
        .startsWith("00000002");
    for (int slot = 0; slot < AGENTS; slot++) {
      assertThat(Files.readString(fleet.agent(slot).output()))
          .contains("a standby of the database was promoted");
    }
    Map<String, Long> after = tokens(fleet);
    before.forEach(
        (session, token) ->
            assertThat(after.get(session)).as(session).isGreaterThanOrEqualTo(token));
    if (!fleet.setup().faketime().isEmpty()) {
      assertThat(
              Double.parseDouble(
                  fleet.database().value("select extract(epoch from clock_timestamp())")))
          .isGreaterThan(TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis()) + AHEAD / 2.0);
    }
  }

  private static Map<String, Long> tokens(StormFleet fleet) throws SQLException {
    Map<String, Long> tokens = new HashMap<>();
    for (String row : fleet.database().rows("select session_id, token from session_leases")) {
      String[] columns = row.split("\\|", -1);
      tokens.put(columns[0], Long.parseLong(columns[1]));
    }
    return tokens;
  }

  /**
   * Adds sessions that nobody runs, one a commit, and keeps which of them it was told are there.
   */
  private static final class Writer implements Runnable {
    private final StormDatabase database;
    private final AtomicBoolean ends = new AtomicBoolean();
    private final List<String> committed = new ArrayList<>();
    private final Thread thread = new Thread(this, "writer");

    Writer(StormDatabase database) {
      this.database = database;
      thread.setDaemon(true);
      thread.start();
    }

    @Override
    public void run() {
      int number = 9_000;
      while (!ends.get()) {
        try (Connection connection = database.connect();
            PreparedStatement insert =
                connection.prepareStatement(
                    "insert into user_sessions (user_id, session_id, api_id, api_hash_encrypted,"
                        + " is_active) select ?, ?, api_id, api_hash_encrypted, false"
                        + " from user_sessions where session_id = 's1'")) {
          while (!ends.get()) {
            number++;
            String session = "added" + number;
            insert.setString(1, "writer" + number);
            insert.setString(2, session);
            insert.executeUpdate();
            committed.add(session);
          }
        } catch (SQLException e) {
          // The primary is gone; what it did not confirm does not count.
        }
      }
    }

    List<String> stop() throws InterruptedException {
      ends.set(true);
      thread.join();
      return committed;
    }
  }
}
