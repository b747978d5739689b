package io.vibee.session.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.Secret;
import io.vibee.session.Session;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeldSessionsTest {
  private final List<String> calls = new ArrayList<>();
  private final HeldSessions held =
      new HeldSessions(
          new Accounts() {
            @Override
            public void start(Session session) {
              calls.add("start " + session.sessionId());
            }

            @Override
            public void change(Session session) {
              calls.add("change " + session.sessionId());
            }

            @Override
            public void stop(HeldSession session) {
              calls.add("stop " + session.sessionId());
            }
          });

  private static Session session(String user, String id, long revision) {
    return session(user, id, revision, Instant.EPOCH);
  }

  private static Session session(String user, String id, long revision, Instant created) {
    return Session.builder(user, id, 94892, Secret.of("made_up_hash"))
        .stored(created, created, revision, 1)
        .build();
  }

  @Test
  void startsChangesAndStopsEachOnce() {
    held.put(session("1", "a", 1));
    held.put(session("1", "a", 1));
    held.put(session("1", "a", 2));
    held.put(session("1", "a", 1));
    held.stop("1");
    held.stop("1");
    assertThat(calls).containsExactly("start a", "change a", "stop a");
    assertThat(held.sessionIds()).isEmpty();
  }

  @Test
  void stopsTheOldSessionBeforeItStartsAnotherOfTheUser() {
    held.put(session("1", "a", 1));
    held.put(session("1", "b", 2));
    assertThat(calls).containsExactly("start a", "stop a", "start b");
    assertThat(held.sessionIds()).containsExactly("b");
  }

  @Test
  void connectsNoSessionForTwoUsers() {
    held.put(session("1", "a", 1));
    held.put(session("2", "a", 1));
    assertThat(calls).containsExactly("start a", "stop a", "start a");
    assertThat(held.holdsUser("1")).isFalse();
    held.stop("1");
    assertThat(held.sessionIds()).containsExactly("a");
  }

  @Test
  void endsAllSessionsAtTheEndAndStartsNoneAfterwards() {
    held.put(session("1", "a", 1));
    held.put(session("2", "b", 1));
    held.close();
    held.put(session("3", "c", 1));
    held.put(session("1", "a", 2));
    held.close();
    assertThat(calls).containsExactlyInAnyOrder("start a", "start b", "stop a", "stop b");
    assertThat(held.sessionIds()).isEmpty();
  }

  @Test
  void takesOverASessionThatWasDeletedAndAddedAgain() {
    held.put(session("1", "a", 7));
    held.put(session("1", "a", 1, Instant.ofEpochSecond(1)));
    assertThat(calls).containsExactly("start a", "change a");
  }
}
