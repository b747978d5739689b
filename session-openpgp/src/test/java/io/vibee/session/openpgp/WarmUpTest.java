package io.vibee.session.openpgp;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.Secret;
import io.vibee.session.jdbc.JdbcSessionStore;
import io.vibee.session.jdbc.seal.HashSealer;
import io.vibee.session.jdbc.seal.SealContext;
import io.vibee.session.jdbc.seal.SealException;
import io.vibee.session.jdbc.testing.OwnThreads;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a store has its sealer prepare while it makes its first connection. */
class WarmUpTest {
  private TestDatabase database;

  @BeforeEach
  void haveAnExternalKey() {
    database = TestDatabase.migrated(Postgres.NEWEST);
    try (JdbcSessionStore store = ExternalStores.inForce(database)) {
      store.save(ExternalStores.session("1"));
    }
  }

  @Test
  void isDoneOnceAndHasEndedWhenTheStoreIsClosed() throws Exception {
    Sealer sealer = new Sealer(() -> {});
    OwnThreads threads = new OwnThreads();
    JdbcSessionStore store =
        threads.during(
            () -> {
              JdbcSessionStore opened = JdbcSessionStore.open(database.url(), sealer);
              assertThat(sealer.warmed).as("before it connects").hasValue(0);
              for (int i = 0; i < 3; i++) assertThat(ExternalStores.load(opened)).hasSize(1);
              return opened;
            });
    store.close();
    assertThat(sealer.warmed).hasValue(1);
    assertThat(threads.alive()).noneMatch(thread -> thread.getName().contains("prepare"));
  }

  @Test
  void mayFail() {
    Sealer sealer =
        new Sealer(
            () -> {
              throw new IllegalStateException("made by a test");
            });
    try (JdbcSessionStore store = JdbcSessionStore.open(database.url(), sealer)) {
      assertThat(ExternalStores.load(store)).hasSize(1);
    }
    assertThat(sealer.warmed).hasValue(1);
  }

  @Test
  void needsNoProvider() throws SealException {
    AtomicInteger asked = new AtomicInteger();
    OpenPgpSealer sealer =
        OpenPgpSealer.of(
            () -> {
              asked.incrementAndGet();
              return List.of(TestKeys.passphrase());
            });
    sealer.warmUp();
    assertThat(asked).hasValue(1);
    assertThat(
            sealer.open(
                sealer.seal(Secret.of("hash"), TestKeys.ROW, TestKeys.passphrase().fingerprint()),
                TestKeys.ROW,
                TestKeys.passphrase().fingerprint()))
        .isEqualTo(Secret.of("hash"));
  }

  /** Counts warm-ups; all else is as with the first key. */
  private static final class Sealer implements HashSealer {
    private final HashSealer real = TestKeys.sealer(ExternalStores.FIRST);
    private final Runnable work;
    final AtomicInteger warmed = new AtomicInteger();

    Sealer(Runnable work) {
      this.work = work;
    }

    @Override
    public void warmUp() {
      warmed.incrementAndGet();
      work.run();
    }

    @Override
    public String currentFingerprint() {
      return real.currentFingerprint();
    }

    @Override
    public List<String> fingerprints() {
      return real.fingerprints();
    }

    @Override
    public boolean holds(String fingerprint) {
      return real.holds(fingerprint);
    }

    @Override
    public byte[] seal(Secret apiHash, SealContext row, String fingerprint) {
      return real.seal(apiHash, row, fingerprint);
    }

    @Override
    public Secret open(byte[] sealed, SealContext row, String fingerprint) throws SealException {
      return real.open(sealed, row, fingerprint);
    }
  }
}
