package io.vibee.session.testkit.contract;

import static io.vibee.session.testkit.contract.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vibee.session.Activity;
import io.vibee.session.KeyRotation;
import io.vibee.session.KeyVersion;
import io.vibee.session.ManagedSessionStore;
import io.vibee.session.MisconfiguredException;
import io.vibee.session.NewKey;
import io.vibee.session.Secret;
import io.vibee.session.Session;
import io.vibee.session.SessionStore;
import io.vibee.session.testkit.TestSessions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Tests listing and changing keys. */
abstract class KeyTests<S extends SessionStore & KeyRotation> extends ContractTests<S> {
  static final String ALL = Activity.ALL_SESSIONS;

  final int current() {
    return store.keys().get(0).version();
  }

  final void save(int sessions) {
    TestSessions.sessions(sessions).forEach(store::save);
  }

  /** Checks that every session of {@link #save} can be read, and has its own hash. */
  final void assertReadable(int sessions) {
    for (Session session : TestSessions.sessions(sessions)) {
      assertThat(Samples.chosen(found(session.userId()))).isEqualTo(Samples.chosen(session));
    }
    assertThat(activeUsers()).hasSize(sessions);
  }

  @Test
  void startsWithOneCurrentKey() {
    save(2);
    assertThat(store.keys()).hasSize(1);
    KeyVersion key = store.keys().get(0);
    assertThat(key.current()).as("current").isTrue();
    assertThat(key.external()).as("external").isFalse();
    assertThat(key.sessions()).as("sessions").isEqualTo(2);
    assertThat(found(TestSessions.USER_ID).keyVersion()).isEqualTo(key.version());
  }

  @Test
  void aNewKeyIsTheCurrentOneAtOnce() {
    save(3);
    KeyVersion first = store.keys().get(0);
    for (NewKey choice :
        List.of(NewKey.generated(), NewKey.inDatabase(Secret.of("another key of a test")))) {
      int before = current();
      KeyVersion key = store.changeKey(choice);
      assertThat(key.version()).as("version").isGreaterThan(before);
      assertThat(key.current()).as("current").isTrue();
      assertThat(key.external()).as("external").isFalse();
      assertThat(key.sessions()).as("sessions of the new key").isZero();
      assertThat(store.keys().get(0)).isEqualTo(key);
    }
    assertThat(store.keys())
        .hasSize(3)
        .extracting(KeyVersion::version)
        .isSortedAccordingTo((a, b) -> Integer.compare(b, a));
    assertThat(store.keys()).filteredOn(KeyVersion::current).hasSize(1);
    KeyVersion archived = store.keys().get(2);
    assertThat(archived.version()).isEqualTo(first.version());
    assertThat(archived.createdAt()).isEqualTo(first.createdAt());
    assertThat(archived.archivedAt()).isNotNull().isAfterOrEqualTo(first.createdAt());
    assertThat(archived.sessions()).as("sessions of the first key").isEqualTo(3);
  }

  @Test
  void sessionsKeepTheirKeyAndCanBeRead() {
    save(3);
    int first = current();
    store.changeKey(NewKey.generated());
    store.changeKey(NewKey.generated());
    assertReadable(3);
    assertThat(found(TestSessions.USER_ID).keyVersion()).isEqualTo(first);
  }

  @Test
  void whatIsWrittenLaterHasTheNewKey() {
    save(2);
    int first = current();
    int second = store.changeKey(NewKey.generated()).version();
    assertThat(saved(TestSessions.session("new")).keyVersion()).as("added").isEqualTo(second);
    Session other =
        TestSessions.builder(TestSessions.USER_ID).apiHash(TestSessions.apiHash("other")).build();
    assertThat(saved(other).keyVersion()).as("another hash").isEqualTo(second);
    assertThat(store.keys())
        .extracting(KeyVersion::version, KeyVersion::sessions)
        .containsExactly(tuple(second, 2L), tuple(first, 1L));
  }

  @Test
  void aKeyChangeDoesNotCountAsAChangeOfASession() {
    Session before = saved(TestSessions.session("1"));
    store.changeKey(NewKey.generated());
    assertThat(found("1")).isEqualTo(before);
    assertThat(types("sess_1")).containsExactly("session_created");
  }

  @Test
  void logsKeyChanges() {
    store.changeKey(NewKey.generated());
    store.changeKey(NewKey.inDatabase(Secret.of("another key of a test")));
    assertThat(types(ALL)).containsExactly("key_changed", "key_changed");
    assertThat(log().toString()).as("the log tells no key").doesNotContain("another key");
    assertThat(store.keys().toString()).as("keys() tells no key").doesNotContain("another key");
  }

  @Test
  void refusesAnExternalKeyThatItDoesNotHold() {
    save(1);
    List<KeyVersion> before = store.keys();
    refused(MisconfiguredException.class, () -> store.changeKey(NewKey.external()));
    assertThat(store.keys()).isEqualTo(before);
    assertThat(types(ALL)).isEmpty();
  }

  @Test
  void keyChangesAtOnceHappenOneAfterTheOther() {
    save(2);
    List<Integer> versions =
        Threads.<KeyVersion>together(i -> () -> store.changeKey(NewKey.generated())).stream()
            .map(key -> key.orThrow().version())
            .toList();
    assertThat(versions).doesNotHaveDuplicates();
    assertThat(store.keys()).hasSize(1 + Threads.COUNT);
    assertThat(store.keys()).filteredOn(KeyVersion::current).hasSize(1);
    assertThat(types(ALL)).hasSize(Threads.COUNT).containsOnly("key_changed");
    assertReadable(2);
  }

  @Test
  void theLogNamesTheActorOfAKeyChange() {
    Optional<ManagedSessionStore> managed = store.as(ManagedSessionStore.class);
    assumeTrue(managed.isPresent(), "the store is not a ManagedSessionStore");
    ManagedSessionStore view = managed.orElseThrow().actingAs("ops");
    KeyRotation ops =
        view.as(KeyRotation.class)
            .orElseThrow(() -> new AssertionError("its views are not a KeyRotation"));
    int first = current();
    ops.changeKey(NewKey.generated());
    ops.rotate();
    ops.prune(first);
    assertThat(log(ALL))
        .isNotEmpty()
        .allSatisfy(
            entry -> assertThat(entry.details()).as(entry.type()).containsEntry("actor", "ops"));
  }

  @Test
  void refusesKeyCallsAfterClose() {
    store.close();
    refused("keys", IllegalStateException.class, store::keys);
    refused("changeKey", IllegalStateException.class, () -> store.changeKey(NewKey.generated()));
    refused("rotate", IllegalStateException.class, store::rotate);
    refused("prune", IllegalStateException.class, () -> store.prune(1));
  }
}
