package io.vibee.session.agent.storm;

import io.vibee.session.jdbc.testing.Tools;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** No session is ever connected twice, whatever happens to processes, networks and the database. */
@ResourceLock(StormFleet.CORES)
class StormTest {
  private static final int AGENTS = 8;
  private static final int SESSIONS = 200;

  /** Beyond L, until all run again. */
  private static final Duration SLACK = Duration.ofSeconds(5);

  /** A build has other things to do on the same cores: how long it took is printed. */
  private static final int BUILD = 4;

  private static final String WHY =
      "select f.session_id, f.state, f.detail, f.until, clock_timestamp(), l"
          + " from session_fleet_sessions(null) f join session_leases l using (session_id)"
          + " where f.state <> 'held'";

  @Test
  void connectsNoSessionTwice() throws Exception {
    survive(StormSetup.of(AGENTS, SESSIONS), Duration.ofSeconds(20));
  }

  @Test
  @Tag("slow")
  void connectsNoSessionTwiceWhenClocksJump() throws Exception {
    Optional<String> library = StormClock.library();
    if (library.isEmpty() && System.getenv("VIBEE_TESTS_SKIP_NONE") == null) {
      System.out.println(
          "SKIPPED: clocks that jump: Debian's package libfaketime is not installed");
    } else {
      Tools.require(library.isPresent(), "libfaketime is not installed");
    }
    survive(
        StormSetup.of(AGENTS, SESSIONS).withClocks(library.orElse("")),
        Duration.ofSeconds(Long.getLong("vibee.storm.seconds", 90)));
  }

  private static void survive(StormSetup setup, Duration time) throws Exception {
    long seed = Long.getLong("vibee.storm.seed", new Random().nextLong());
    try (StormFleet fleet = new StormFleet(setup);
        TokenWatch tokens = new TokenWatch(fleet.database())) {
      System.out.println("storm: -Dvibee.storm.seed=" + seed + ", logs in " + fleet.folder());
      fleet.startAgents();
      Storm storm = new Storm(fleet, seed).withOperator();
      Duration first = storm.awaitAll(Duration.ofSeconds(60));
      storm.rage(time);
      Duration most = setup.times().silence().plus(SLACK).multipliedBy(BUILD);
      Duration again = storm.tryAll(most);
      SoftAssertions all = new SoftAssertions();
      all.assertThat(again).as("until all run again").isLessThan(most);
      List<String> log = new ArrayList<>(storm.told());
      if (again.compareTo(most) >= 0) log.addAll(fleet.database().rows(WHY));
      storm.calm(Duration.ofSeconds(2));
      all.assertThat(storm.tryAll(most)).as("until all run after a while").isLessThan(most);
      all.assertThat(fleet.telegram().overlaps()).as("overlaps").isEmpty();
      all.assertThat(tokens.shrunk()).as("tokens that became smaller").isEmpty();
      all.assertThat(tokens.looks()).isGreaterThan(10);
      System.out.printf(
          "storm: %d faults, %d leases, %d connections; all ran after %d ms, again after %d ms;"
              + " Telegram did not look for at most %d ms%n",
          storm.told().size(),
          tokens.given(),
          fleet.telegram().connections().values().stream().mapToInt(n -> n).sum(),
          first.toMillis(),
          again.toMillis(),
          fleet.telegram().longestPause().toMillis());
      Files.write(fleet.folder().resolve("storm.log"), log);
      all.assertAll();
    }
  }
}
