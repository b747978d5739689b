package io.vibee.session.testkit.contract;

import static io.vibee.session.testkit.contract.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.KeyInUseException;
import io.vibee.session.KeyRotation;
import io.vibee.session.KeyVersion;
import io.vibee.session.NewKey;
import io.vibee.session.SessionStore;
import io.vibee.session.testkit.TestSessions;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests deleting keys. */
abstract class PruneTests<S extends SessionStore & KeyRotation> extends RotationTests<S> {

  private void assertRefused(int version) {
    List<KeyVersion> keys = store.keys();
    List<String> entries = types(ALL);
    KeyInUseException refused =
        refused("prune of a key in use", KeyInUseException.class, () -> store.prune(version));
    assertThat(refused.version()).isEqualTo(version);
    assertThat(store.keys()).isEqualTo(keys);
    assertThat(types(ALL)).isEqualTo(entries);
  }

  @Test
  void refusesToPruneTheCurrentKey() {
    assertRefused(current());
    save(1);
    assertRefused(current());
  }

  @Test
  void refusesToPruneAKeyThatASessionNeeds() {
    save(2);
    int first = current();
    store.changeKey(NewKey.generated());
    assertRefused(first);
    store.delete(TestSessions.sessionId(TestSessions.USER_ID));
    store.deactivate(TestSessions.sessions(2).get(1).sessionId());
    assertRefused(first);
    assertThat(found(TestSessions.sessions(2).get(1).userId()).keyVersion()).isEqualTo(first);
  }

  @Test
  void prunesAKeyThatNoSessionNeeds() {
    save(3);
    int first = current();
    int second = store.changeKey(NewKey.generated()).version();
    store.rotate();
    assertThat(store.prune(first)).as("prune").isTrue();
    assertThat(store.keys()).extracting(KeyVersion::version).containsExactly(second);
    assertThat(types(ALL)).containsExactly("key_pruned", "key_retired", "key_changed");
    assertThat(store.prune(first)).as("prune of what is gone").isFalse();
    assertThat(types(ALL)).hasSize(3);
    assertReadable(3);
  }

  @Test
  void prunesOneKeyOfSeveral() {
    save(1);
    int first = current();
    int second = store.changeKey(NewKey.generated()).version();
    int third = store.changeKey(NewKey.generated()).version();
    assertThat(store.prune(second)).as("prune of a key without sessions").isTrue();
    assertThat(store.keys()).extracting(KeyVersion::version).containsExactly(third, first);
    assertReadable(1);
  }

  @Test
  void prunesNothingByUnknownVersions() {
    save(1);
    for (int version : List.of(0, -1, current() + 1, Integer.MAX_VALUE, Integer.MIN_VALUE)) {
      assertThat(store.prune(version)).as("prune of version %s", version).isFalse();
    }
    assertThat(store.keys()).hasSize(1);
    assertThat(types(ALL)).isEmpty();
  }

  @Test
  void aVersionIsNotReused() {
    save(1);
    int first = current();
    int second = store.changeKey(NewKey.generated()).version();
    store.rotate();
    store.prune(first);
    assertThat(store.changeKey(NewKey.generated()).version()).isGreaterThan(second);
  }
}
