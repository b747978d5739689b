package io.vibee.session.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.vibee.session.Session;
import io.vibee.session.SessionEdit;
import io.vibee.session.testkit.TestSessions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests streaming every session, active or not. */
abstract class EveryStreamTests extends SummaryTests {

  private List<Session> streamed() {
    List<Session> sessions = new ArrayList<>();
    store.forEach(
        sessions::add,
        unreadable -> {
          throw new AssertionError(unreadable.toString());
        });
    return sessions;
  }

  @Test
  void streamsEverySessionInTheOrderOfAdding() {
    assertThat(streamed()).as("of an empty store").isEmpty();
    for (String user : List.of("b", "a", "c")) saved(TestSessions.session(user));
    saved(Samples.full("d"));
    store.deactivate("sess_a");
    store.touch(List.of("sess_b"));
    assertThat(streamed()).containsExactly(found("b"), found("a"), found("c"), found("d"));
  }

  @Test
  void anExceptionFromAConsumerEndsTheStreamOfEverySession() {
    for (String user : List.of("1", "2", "3")) saved(TestSessions.session(user));
    RuntimeException thrown = new IllegalStateException("enough");
    for (int i = 0; i < 8; i++) {
      List<Session> seen = new ArrayList<>();
      Throwable caught =
          catchThrowable(
              () ->
                  store.forEach(
                      session -> {
                        seen.add(session);
                        if (seen.size() == 2) throw thrown;
                      },
                      unreadable -> {}));
      assertThat(caught).isSameAs(thrown);
      assertThat(seen).hasSize(2);
    }
    assertThat(streamed()).as("later").hasSize(3);
  }

  @Test
  void consumersOfEverySessionMayCallTheStore() {
    for (String user : List.of("1", "2", "3")) saved(TestSessions.session(user));
    List<String> seen =
        Threads.withoutBlocking(
            () -> {
              List<String> users = new ArrayList<>();
              store.forEach(
                  session -> {
                    users.add(session.userId());
                    store.deactivate(session.sessionId());
                    store.edit(SessionEdit.of(session.userId()).phone("+1").build());
                  },
                  unreadable -> {});
              return users;
            });
    assertThat(seen).containsExactly("1", "2", "3");
    assertThat(streamed()).extracting(Session::phone).containsOnly("+1");
  }
}
