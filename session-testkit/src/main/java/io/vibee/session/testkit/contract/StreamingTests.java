package io.vibee.session.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.vibee.session.Session;
import io.vibee.session.testkit.TestSessions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tests streaming the active sessions. */
abstract class StreamingTests extends FindingTests {
  /** More than a page, for most page sizes that a store may use. */
  private static final int MANY = 1_100;

  private void saveInThisOrder(String... users) {
    for (String user : users) saved(TestSessions.session(user));
  }

  @Test
  void streamsNothingFromAnEmptyStore() {
    assertThat(activeUsers()).isEmpty();
  }

  @Test
  void streamsSessionsAsTheyAreFound() {
    saveInThisOrder("b", "a");
    saved(Samples.full("c").toBuilder().active(true).build());
    store.touch(List.of("sess_a"));
    List<Session> seen = new ArrayList<>();
    store.forEachActive(seen::add, unreadable -> {});
    assertThat(seen).containsExactly(found("b"), found("a"), found("c"));
  }

  @Test
  void streamsInTheOrderOfAdding() {
    saveInThisOrder("9", "10", "b", "a", "C");
    assertThat(activeUsers()).containsExactly("9", "10", "b", "a", "C");
  }

  @Test
  void aChangeDoesNotMoveASession() {
    saveInThisOrder("1", "2", "3");
    saved(TestSessions.builder("1").sessionId("sess_z").phone(null).build());
    store.deactivate("sess_2");
    store.activate("sess_2");
    store.touch(List.of("sess_2", "sess_z"));
    assertThat(activeUsers()).containsExactly("1", "2", "3");
  }

  @Test
  void aSessionThatIsAddedAgainGoesLast() {
    saveInThisOrder("1", "2", "3");
    store.delete("sess_1");
    saveInThisOrder("1");
    assertThat(activeUsers()).containsExactly("2", "3", "1");
  }

  @Test
  void streamsActiveSessionsOnly() {
    saveInThisOrder("1", "2");
    saved(TestSessions.builder("3").active(false).build());
    store.deactivate("sess_1");
    assertThat(activeUsers()).containsExactly("2");
    store.activate("sess_3");
    assertThat(activeUsers()).containsExactly("2", "3");
  }

  @Test
  void handsOverEachOfManySessionsOnce() {
    List<Session> sessions = TestSessions.sessions(MANY);
    sessions.forEach(store::save);
    assertThat(activeUsers())
        .containsExactlyElementsOf(sessions.stream().map(Session::userId).toList());
  }

  @Test
  void anExceptionFromAConsumerEndsTheStreamUnchanged() {
    saveInThisOrder("1", "2", "3");
    for (Throwable thrown :
        List.of(
            new IllegalStateException("enough"),
            new IllegalArgumentException("no hash"),
            new AssertionError("a test"))) {
      // Repeatedly, so that a store that leaks a connection or a lock each time runs out of them.
      for (int i = 0; i < 8; i++) {
        List<String> seen = new ArrayList<>();
        Throwable caught =
            catchThrowable(
                () ->
                    store.forEachActive(
                        session -> {
                          seen.add(session.userId());
                          if (seen.size() == 2) throw sneaky(thrown);
                        },
                        unreadable -> {}));
        assertThat(caught).isSameAs(thrown);
        assertThat(seen).as("seen until then").containsExactly("1", "2");
      }
    }
    assertThat(activeUsers()).as("later").hasSize(3);
  }

  static RuntimeException sneaky(Throwable thrown) {
    if (thrown instanceof Error error) throw error;
    return (RuntimeException) thrown;
  }

  @Test
  void callsConsumersOnTheCallingThread() {
    saveInThisOrder("1", "2");
    List<Thread> threads = new ArrayList<>();
    store.forEachActive(session -> threads.add(Thread.currentThread()), unreadable -> {});
    assertThat(threads).hasSize(2).containsOnly(Thread.currentThread());
  }

  @Test
  void consumersMayCallTheStore() {
    saveInThisOrder("1", "2", "3");
    List<String> seen =
        Threads.withoutBlocking(
            () -> {
              List<String> users = new ArrayList<>();
              store.forEachActive(
                  session -> {
                    users.add(session.userId());
                    changeEveryWay(session);
                  },
                  unreadable -> {});
              return users;
            });
    assertThat(seen).as("each once, though it was changed").containsExactly("1", "2", "3");
    IntStream.rangeClosed(1, 3)
        .forEach(
            i -> {
              assertThat(found("" + i).active()).isFalse();
              assertThat(found("" + i).authorized()).isTrue();
              assertThat(found("" + i).phone()).isEqualTo("+1");
            });
  }

  @Test
  void aConsumerHoldsUpNobody() {
    saveInThisOrder("1", "2");
    store.forEachActive(
        session ->
            assertThat(
                    Threads.<Boolean>withoutBlocking(() -> store.deactivate(session.sessionId())))
                .as("by another thread, while the consumer waits for it")
                .isTrue(),
        unreadable -> {});
    assertThat(activeUsers()).isEmpty();
  }

  private void changeEveryWay(Session session) {
    assertThat(store.findBySessionId(session.sessionId())).contains(session);
    store.save(session.toBuilder().phone("+1").build());
    store.markAuthorized(session.sessionId(), true);
    store.touch(List.of(session.sessionId()));
    store.deactivate(session.sessionId());
  }
}
