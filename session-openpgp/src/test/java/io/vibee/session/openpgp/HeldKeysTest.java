package io.vibee.session.openpgp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Checks when a sealer asks its key provider. */
class HeldKeysTest {
  private static final String UNKNOWN = "00000000000000000000000000000000";

  private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5); // nanoTime may overflow
  private final Vault vault = new Vault();
  private final OpenPgpSealer sealer = OpenPgpSealer.of(vault, clock::get);

  /** Returns new objects each time, as a caller's own provider may. */
  private static final class Vault implements KeyProvider {
    private List<String> texts = List.of(TestKeys.RANDOM_HEX);
    private int asked;
    private boolean down;

    @Override
    public List<MasterKey> keys() {
      asked++;
      if (down) throw new IllegalStateException("the vault is sealed");
      return texts.stream().map(TestKeys::key).toList();
    }
  }

  @Test
  void asksOnceASecondForAKeyThatNobodyHas() {
    assertThat(vault.asked).isEqualTo(1);
    for (int i = 0; i < 100_000; i++) assertThat(sealer.holds(UNKNOWN)).isFalse();
    assertThat(vault.asked).isEqualTo(2);
    clock.addAndGet(HeldKeys.PAUSE - 1);
    assertThat(sealer.holds(UNKNOWN)).isFalse();
    assertThat(vault.asked).isEqualTo(2);
    clock.addAndGet(1);
    assertThat(sealer.holds(UNKNOWN)).isFalse();
    assertThat(sealer.holds(UNKNOWN)).isFalse();
    assertThat(vault.asked).isEqualTo(3);
  }

  @Test
  void doesNotAskForAKeyThatIsHeld() {
    for (int i = 0; i < 10; i++) {
      clock.addAndGet(HeldKeys.PAUSE);
      assertThat(sealer.holds(TestKeys.key(TestKeys.RANDOM_HEX).fingerprint())).isTrue();
    }
    assertThat(vault.asked).isEqualTo(1);
  }

  @Test
  void learnsANewKeyAndForgetsOneThatIsGone() {
    MasterKey added = TestKeys.random();
    vault.texts = List.of(added.text().exposeSecret());
    assertThat(sealer.holds(added.fingerprint())).isTrue();
    assertThat(sealer.holds(TestKeys.key(TestKeys.RANDOM_HEX).fingerprint())).isFalse();
  }

  @Test
  void asksForTheFingerprintsEachTime() {
    vault.texts = List.of(TestKeys.random().text().exposeSecret(), TestKeys.RANDOM_HEX);
    assertThat(sealer.currentFingerprint()).isEqualTo(TestKeys.random().fingerprint());
    assertThat(sealer.fingerprints()).hasSize(2);
    assertThat(vault.asked).isEqualTo(3);
  }

  @Test
  void listsOnceAKeyThatTheProviderReturnsTwice() {
    vault.texts = List.of(TestKeys.RANDOM_HEX, TestKeys.RANDOM_HEX);
    assertThat(sealer.fingerprints()).hasSize(1);
  }

  @Test
  void keepsDerivedKeysWhenTheProviderReturnsANewObject() {
    HeldKeys held = new HeldKeys(vault, clock::get);
    String fingerprint = held.ask().get(0);
    SealingKey key = held.require(fingerprint);
    held.ask();
    assertThat(held.require(fingerprint)).isSameAs(key);
  }

  @Test
  void keepsTheKeysThatItHoldsWhenTheProviderFails() {
    vault.down = true;
    assertThat(sealer.holds(UNKNOWN)).isFalse();
    assertThatThrownBy(sealer::fingerprints).hasMessage("the vault is sealed");
    assertThat(sealer.holds(TestKeys.key(TestKeys.RANDOM_HEX).fingerprint())).isTrue();
  }
}
