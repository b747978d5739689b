package io.vibee.session.openpgp.fire;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.KeyVersion;
import io.vibee.session.RotationProgress;
import io.vibee.session.Secret;
import io.vibee.session.jdbc.JdbcSessionStore;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import io.vibee.session.openpgp.KeyProvider;
import io.vibee.session.openpgp.MasterKey;
import io.vibee.session.openpgp.OpenPgpSealer;
import java.math.BigInteger;
import java.util.List;
import java.util.Random;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** Kills rotating processes at random points while agents read and operators write. */
@Tag("slow")
@Isolated("it silences the driver's log, and needs both cores")
class RotationUnderFireTest {
  private static final Logger driver = Logger.getLogger("org.postgresql");
  private static final long SEED = Long.getLong("vibee.fire.seed", System.nanoTime());

  /**
   * Starts from the database's key: rotates out of and into the database, and between external
   * keys.
   */
  private static final List<Target> ROTATIONS =
      List.of(
          Target.FIRST_KEY,
          Target.SECOND_KEY,
          Target.DATABASE,
          Target.DATABASE,
          Target.SECOND_KEY,
          Target.FIRST_KEY,
          Target.DATABASE,
          Target.DATABASE,
          Target.FIRST_KEY,
          Target.DATABASE);

  /** The driver's trace of every row would be most of the load. */
  @BeforeAll
  static void silenceDriver() {
    driver.setLevel(Level.INFO);
  }

  @AfterAll
  static void traceDriver() {
    driver.setLevel(Level.ALL);
  }

  @Test
  @Timeout(500)
  void losesNothingAndFailsNobodyHoweverOftenItIsKilled() throws Exception {
    try {
      TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
      Users users = Users.addedTo(database);
      Random random = new Random(SEED);
      List<String> keys = List.of(key(random), key(random));
      try (JdbcSessionStore readers = store(database, keys);
          JdbcSessionStore writers = store(database, keys);
          JdbcSessionStore operator = store(database, keys)) {
        run(database, users, keys, readers, writers, operator, random);
        checkEverything(database, users, operator);
      }
    } catch (Throwable e) {
      throw new AssertionError("with -Dvibee.fire.seed=" + SEED, e);
    }
  }

  private static void run(
      TestDatabase database,
      Users users,
      List<String> keys,
      JdbcSessionStore readers,
      JdbcSessionStore writers,
      JdbcSessionStore operator,
      Random random)
      throws Exception {
    Fire fire;
    try (Load load = new Load(database, users, readers, writers, random);
        Fire started = new Fire(database, load, keys, random)) {
      fire = started;
      for (int i = 0; i < ROTATIONS.size(); i++) {
        fire.rotate(i == 0 ? Target.DATABASE : ROTATIONS.get(i - 1), ROTATIONS.get(i));
        if (i % 2 == 1) completeAndPrune(operator); // else the next key change comes on top
      }
      load.check();
      load.checkWorked();
      System.out.println(fire + "\n" + load);
    }
    assertThat(fire.kills()).isEqualTo(50);
    assertThat(fire.hits()).as("kills of a process that moved rows").isGreaterThanOrEqualTo(35);
  }

  /** The agents keep working meanwhile. */
  private static void completeAndPrune(JdbcSessionStore operator) {
    RotationProgress progress = operator.rotate();
    assertThat(progress.complete()).as("%s", progress).isTrue();
    assertThat(progress.left()).isZero();
    assertThat(progress.unreadable()).isZero();
    for (KeyVersion key : operator.keys()) {
      if (key.archivedAt() != null) assertThat(operator.prune(key.version())).isTrue();
    }
    assertThat(operator.keys()).hasSize(1);
  }

  private static void checkEverything(
      TestDatabase database, Users users, JdbcSessionStore operator) {
    completeAndPrune(operator);
    assertThat(users.checkAll(operator)).isEqualTo(users.added());
    assertThat(database.value("select count(*) from user_sessions")).isEqualTo("" + users.added());
    assertThat(Fire.left(database)).isZero();
    assertThat(
            database.query(
                """
                select user_id, revision, updated_at - created_at from user_sessions
                 where user_id::integer %% %d = 0 and user_id::integer <= %d
                   and (revision <> 1 or updated_at <> created_at)
                """
                    .formatted(Load.UNTOUCHED, Users.FIRST)))
        .as("sessions that nobody saved, and rotation changed")
        .isEmpty();
    assertThat(
            database.query(
                "select * from session_activity where activity_type = 'tampering_detected'"))
        .isEmpty();
  }

  private static JdbcSessionStore store(TestDatabase database, List<String> keys) {
    List<MasterKey> held = keys.stream().map(key -> MasterKey.of(Secret.of(key))).toList();
    return JdbcSessionStore.open(
        database.url(), OpenPgpSealer.of(KeyProvider.of(held.get(0), held.get(1))));
  }

  private static String key(Random random) {
    return String.format("%064x", new BigInteger(255, random));
  }
}
