package io.vibee.session.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.KeyRotation;
import io.vibee.session.KeyVersion;
import io.vibee.session.NewKey;
import io.vibee.session.RotationProgress;
import io.vibee.session.Session;
import io.vibee.session.SessionStore;
import io.vibee.session.testkit.TestSessions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** Tests moving sessions to the current key. */
abstract class RotationTests<S extends SessionStore & KeyRotation> extends KeyTests<S> {

  private void assertAllMoved(int sessions) {
    KeyVersion key = store.keys().get(0);
    assertThat(key.sessions()).as("sessions of the current key").isEqualTo(sessions);
    assertThat(store.keys().subList(1, store.keys().size()))
        .extracting(KeyVersion::sessions)
        .as("sessions of earlier keys")
        .allMatch(count -> count == 0);
    assertReadable(sessions);
  }

  @Test
  void rotationMovesEverySession() {
    save(12);
    int second = store.changeKey(NewKey.generated()).version();
    RotationProgress end = store.rotate();
    assertThat(end.keyVersion()).as("keyVersion").isEqualTo(second);
    assertThat(end.done()).as("done").isEqualTo(12);
    assertThat(end.left()).as("left").isZero();
    assertThat(end.unreadable()).as("unreadable").isZero();
    assertThat(end.complete()).as("complete").isTrue();
    assertThat(end.elapsed()).isPositive();
    assertAllMoved(12);
    assertThat(store.rotate().done()).as("done by a second rotation").isZero();
  }

  @Test
  void rotationMovesInactiveSessionsToo() {
    saved(TestSessions.builder("1").active(false).build());
    int second = store.changeKey(NewKey.generated()).version();
    assertThat(store.rotate().done()).isEqualTo(1);
    assertThat(found("1").keyVersion()).isEqualTo(second);
  }

  @Test
  void rotationMovesSessionsOfSeveralKeys() {
    save(3);
    store.changeKey(NewKey.generated());
    saved(TestSessions.session("between"));
    store.changeKey(NewKey.generated());
    assertThat(store.rotate().done()).isEqualTo(4);
    assertThat(store.keys().get(0).sessions()).isEqualTo(4);
    assertThat(found("between").apiHash()).isEqualTo(TestSessions.apiHash("between"));
  }

  @Test
  void rotationDoesNotCountAsAChangeOfASession() {
    saved(Samples.full("1"));
    store.touch(List.of("sess_1"));
    Session before = found("1");
    int second = store.changeKey(NewKey.generated()).version();
    store.rotate();
    Session after = found("1");
    assertThat(Samples.chosen(after)).isEqualTo(Samples.chosen(before));
    assertThat(after.revision()).as("revision").isEqualTo(before.revision());
    assertThat(after.createdAt()).as("createdAt").isEqualTo(before.createdAt());
    assertThat(after.updatedAt()).as("updatedAt").isEqualTo(before.updatedAt());
    assertThat(after.lastSeenAt()).as("lastSeenAt").isEqualTo(before.lastSeenAt());
    assertThat(after.keyVersion()).as("keyVersion").isEqualTo(second);
    assertThat(types("sess_1")).containsExactly("session_created");
  }

  @Test
  void logsACompletedRotation() {
    save(3);
    store.changeKey(NewKey.generated());
    store.rotate();
    assertThat(types(ALL)).containsExactly("key_retired", "key_changed");
    store.rotate();
    assertThat(types(ALL)).as("nothing was left").containsExactly("key_retired", "key_changed");
  }

  @Test
  void reportsItsProgressOnTheCallingThread() {
    save(12);
    store.changeKey(NewKey.generated());
    List<RotationProgress> seen = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    RotationProgress end =
        store.rotate(
            progress -> {
              threads.add(Thread.currentThread());
              return seen.add(progress);
            });
    assertThat(threads).isNotEmpty().containsOnly(Thread.currentThread());
    assertThat(seen).extracting(RotationProgress::done).isSorted().last().isEqualTo(end.done());
    assertThat(seen).extracting(RotationProgress::elapsed).isSorted();
    assertThat(seen).allMatch(progress -> progress.keyVersion() == end.keyVersion());
    assertThat(seen).allMatch(progress -> progress.done() + progress.left() == 12);
  }

  @Test
  void aCancelledRotationResumesLater() {
    save(12);
    store.changeKey(NewKey.generated());
    List<RotationProgress> seen = new ArrayList<>();
    RotationProgress cancelled = store.rotate(progress -> !seen.add(progress));
    assertThat(seen).as("asked no more, once it was told to stop").hasSize(1);
    assertThat(cancelled.done()).as("one batch").isPositive();
    assertReadable(12);
    RotationProgress rest = store.rotate();
    assertThat(cancelled.done() + rest.done()).as("all in all").isEqualTo(12);
    assertThat(rest.complete()).isTrue();
    assertAllMoved(12);
  }

  @Test
  void rotationFollowsAKeyThatIsChangedMeanwhile() {
    save(12);
    store.changeKey(NewKey.generated());
    List<KeyVersion> changed = new ArrayList<>();
    RotationProgress end =
        Threads.withoutBlocking(
            () ->
                store.rotate(
                    progress -> {
                      if (changed.isEmpty()) changed.add(store.changeKey(NewKey.generated()));
                      return true;
                    }));
    assertThat(end.keyVersion()).isEqualTo(changed.get(0).version());
    assertThat(end.complete()).isTrue();
    assertAllMoved(12);
  }

  @Test
  void manyRotationsMoveEachSessionOnce() {
    save(40);
    store.changeKey(NewKey.generated());
    long done =
        Threads.<RotationProgress>together(i -> () -> store.rotate()).stream()
            .mapToLong(progress -> progress.orThrow().done())
            .sum();
    assertThat(done).isEqualTo(40);
    assertAllMoved(40);
    assertThat(types(ALL)).containsExactly("key_retired", "key_changed");
  }

  @Test
  void sessionsAreSavedAndReadDuringARotation() {
    save(40);
    for (int round = 0; round < 3; round++) {
      List<Callable<Boolean>> calls = new ArrayList<>();
      calls.add(
          () -> {
            store.changeKey(NewKey.generated());
            return store.rotate().complete();
          });
      String phone = "+" + round;
      for (int part = 0; part < 4; part++) {
        List<Session> mine = TestSessions.sessions(40).subList(part * 10, part * 10 + 10);
        calls.add(() -> mine.stream().allMatch(session -> savedAndFound(session, phone)));
      }
      Threads.together(calls).forEach(call -> assertThat(call.orThrow()).isTrue());
      store.rotate();
      for (Session session : TestSessions.sessions(40)) {
        Session wanted = session.toBuilder().phone(phone).build();
        assertThat(Samples.chosen(found(session.userId()))).isEqualTo(Samples.chosen(wanted));
        assertThat(found(session.userId()).revision()).isEqualTo(2 + round);
      }
      assertThat(store.keys().get(0).sessions()).isEqualTo(40);
    }
  }

  private boolean savedAndFound(Session session, String phone) {
    saved(session.toBuilder().phone(phone).build());
    return session.apiHash().equals(found(session.userId()).apiHash());
  }
}
