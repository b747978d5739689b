package io.vibee.session.openpgp.fire;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.NewKey;
import io.vibee.session.Secret;
import io.vibee.session.Session;
import io.vibee.session.jdbc.JdbcSessionStore;
import io.vibee.session.jdbc.seal.SealContext;
import io.vibee.session.jdbc.testing.Canary;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import io.vibee.session.openpgp.KeyProvider;
import io.vibee.session.openpgp.MasterKey;
import io.vibee.session.openpgp.OpenPgpSealer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Saves a session at the very moment at which a rotation or a key change reaches it. */
@Timeout(60)
class SaveUnderRotationTest {
  private static final MasterKey FIRST = MasterKey.of(Secret.of("0f".repeat(32)));
  private static final MasterKey SECOND = MasterKey.of(Secret.of("a7".repeat(32)));
  private static final Session SESSION =
      Session.builder("1", "sess_1", 94892, Secret.of(Canary.API_HASH)).build();
  private static final String MOVE =
      "update user_sessions set key_version = ?, api_hash_encrypted = ? where user_id = '1'";
  private static final String RAW_CHANGE =
      "update encryption_keys set master_key = session_new_key() where id = 1";

  private final TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
  private final OpenPgpSealer sealer = OpenPgpSealer.of(KeyProvider.of(SECOND, FIRST));
  private final JdbcSessionStore first =
      JdbcSessionStore.open(database.url(), OpenPgpSealer.of(KeyProvider.of(FIRST, SECOND)));
  private final JdbcSessionStore second = JdbcSessionStore.open(database.url(), sealer);

  /** Used instead of the common pool, which may have a single thread. */
  private final Executor threads = task -> new Thread(task, "beside").start();

  @AfterEach
  void close() {
    first.close();
    second.close();
  }

  @Test
  void countsNoChangeWhenTheKeyHasComeBackIntoTheDatabase() {
    first.changeKey(NewKey.external());
    first.save(SESSION);
    first.changeKey(NewKey.generated());
    checkUnchanged(first.save(SESSION).session());
  }

  /** Moves the row past the triggers, so that the test does not depend on how a rotation writes. */
  @Test
  void countsNoChangeAndSeesNoTamperingWhenTheRowIsMovedMeanwhile() throws Exception {
    first.changeKey(NewKey.external());
    first.save(SESSION);
    int version = second.changeKey(NewKey.external()).version();
    try (Connection rotation =
            begin(
                "set local vibee.replica_writes = on; set local session_replication_role = replica");
        PreparedStatement move = rotation.prepareStatement(MOVE)) {
      move.setInt(1, version);
      move.setBytes(2, sealed(version));
      move.executeUpdate();
      CompletableFuture<Session> saved = saveInBackground(SESSION);
      awaitWaiting(1);
      rotation.commit();
      checkUnchanged(saved.get(30, TimeUnit.SECONDS));
    }
  }

  @Test
  void deadlocksNoKeyChangeByHand() throws Exception {
    first.save(SESSION);
    first.changeKey(NewKey.external());
    Session changed = SESSION.toBuilder().apiHash(Secret.of("another_made_up_hash")).build();
    CompletableFuture<Session> saved;
    CompletableFuture<Void> keyChanged;
    try (Connection heartbeat = begin("update user_sessions set last_seen_at = now()")) {
      saved = saveInBackground(changed);
      awaitWaiting(1);
      keyChanged =
          CompletableFuture.runAsync(
              () -> {
                first.changeKey(NewKey.generated());
                database.execute(RAW_CHANGE);
              },
              threads);
      awaitWaiting(2);
      heartbeat.commit();
    }
    assertThat(saved.get(30, TimeUnit.SECONDS).revision()).isEqualTo(2);
    keyChanged.get(30, TimeUnit.SECONDS);
    assertThat(first.findByUserId("1").orElseThrow().apiHash()).isEqualTo(changed.apiHash());
  }

  private byte[] sealed(int version) {
    SealContext row = new SealContext("1", "sess_1", 94892, version);
    return sealer.seal(SESSION.apiHash(), row, sealer.currentFingerprint());
  }

  private CompletableFuture<Session> saveInBackground(Session session) {
    second.keys(); // connected
    return CompletableFuture.supplyAsync(() -> second.save(session).session(), threads);
  }

  private void checkUnchanged(Session session) {
    assertThat(session.apiHash()).isEqualTo(SESSION.apiHash());
    assertThat(session.revision()).isEqualTo(1);
    assertThat(
            database.query(
                "select activity_type from session_activity where session_id = 'sess_1'"))
        .containsExactly("session_created");
  }

  private Connection begin(String sql) throws SQLException {
    Connection connection = database.connect();
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
    return connection;
  }

  private void awaitWaiting(int sessions) {
    String waiting =
        "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (Integer.parseInt(database.value(waiting)) < sessions) {
      assertThat(System.nanoTime()).as("who waits, by now").isLessThan(end);
      Thread.onSpinWait();
    }
  }
}
