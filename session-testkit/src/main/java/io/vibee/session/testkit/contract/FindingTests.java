package io.vibee.session.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.vibee.session.Session;
import io.vibee.session.testkit.TestSessions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests finding one session. */
abstract class FindingTests extends ChangeLogTests {
  /** Ids that a careless comparison confuses. */
  private static final List<String> ALIKE =
      List.of(
          "abc",
          "ABC",
          "Abc",
          "abc.",
          "abc\u00a0",
          "abc\u200b",
          "\u00e9",
          "e\u0301",
          "E\u0301",
          "i",
          "I",
          "\u0131",
          "\u0130",
          "\u00df",
          "ss",
          "100",
          "0100",
          "1e2",
          "\uff11\uff10\uff10",
          "a_c",
          "a%c",
          "a\\c",
          "?",
          "\ufffd",
          "\ud83d\ude42",
          "\ud83d\ude43");

  @Test
  void findsNothingInAnEmptyStore() {
    assertThat(store.findByUserId("1")).isEmpty();
    assertThat(store.findBySessionId("sess_1")).isEmpty();
  }

  @Test
  void findsInactiveSessionsToo() {
    Session inactive = saved(TestSessions.builder("1").active(false).build());
    assertThat(store.findByUserId("1")).contains(inactive);
    assertThat(store.findBySessionId("sess_1")).contains(inactive);
  }

  @Test
  void doesNotMixUpUserIdsAndSessionIds() {
    Session first = saved(TestSessions.builder("a").sessionId("b").build());
    Session second = saved(TestSessions.builder("b").sessionId("a").build());
    assertThat(store.findByUserId("a")).contains(first);
    assertThat(store.findBySessionId("a")).contains(second);
    saved(TestSessions.session("1"));
    assertThat(store.findByUserId("sess_1")).isEmpty();
    assertThat(store.findBySessionId("1")).isEmpty();
  }

  @Test
  void givesEachUserTheirOwnHash() {
    for (Session session : TestSessions.sessions(5)) saved(session);
    for (Session session : TestSessions.sessions(5)) {
      assertThat(found(session.userId()).apiHash().equals(session.apiHash()))
          .as("user %s has the hash that was saved", session.userId())
          .isTrue();
    }
  }

  private List<Session> streamed(List<String> sessionIds) {
    List<Session> sessions = new ArrayList<>();
    store.forEachById(
        sessionIds,
        sessions::add,
        unreadable -> {
          throw new AssertionError(unreadable.toString());
        });
    return sessions;
  }

  @Test
  void streamsTheSessionsThatAreNamedOnceEach() {
    Session active = saved(TestSessions.session("1"));
    Session inactive = saved(TestSessions.builder("2").active(false).build());
    saved(TestSessions.session("3"));
    assertThat(streamed(List.of())).isEmpty();
    assertThat(streamed(List.of("sess_2", "SESS_3", "sess_1", "2", "unknown", "sess_2")))
        .containsExactlyInAnyOrder(active, inactive);
    assertThat(streamed(Samples.UNKNOWN_IDS)).isEmpty();
  }

  @Test
  void streamsManyThatAreNamed() {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 1_100; i++) {
      if (i < 600) saved(TestSessions.session("" + i));
      ids.add("sess_" + i);
    }
    assertThat(streamed(ids))
        .extracting(Session::sessionId)
        .containsExactlyInAnyOrderElementsOf(ids.subList(0, 600));
  }

  @Test
  void anExceptionEndsTheStreamOfThoseThatAreNamed() {
    for (String user : List.of("1", "2", "3")) saved(TestSessions.session(user));
    RuntimeException thrown = new IllegalStateException("enough");
    List<Session> seen = new ArrayList<>();
    Throwable caught =
        catchThrowable(
            () ->
                store.forEachById(
                    List.of("sess_1", "sess_2", "sess_3"),
                    session -> {
                      seen.add(session);
                      if (seen.size() == 2) throw thrown;
                    },
                    unreadable -> {}));
    assertThat(caught).isSameAs(thrown);
    assertThat(seen).hasSize(2);
  }

  @Test
  void comparesIdsExactly() {
    for (String id : ALIKE) {
      assertThat(store.save(TestSessions.builder(id).sessionId(id).build()).created())
          .as("%s is another user than those before", id)
          .isTrue();
    }
    for (String id : ALIKE) {
      assertThat(store.findByUserId(id).map(Session::userId)).as("user").contains(id);
      assertThat(store.findBySessionId(id).map(Session::sessionId)).as("session").contains(id);
    }
    for (String id : List.of("aBC", "abc ", " abc", "abc\0", "ABC.", "a", "a?c", "*", "\ud83d")) {
      assertThat(store.findByUserId(id)).as("user <%s>", id).isEmpty();
      assertThat(store.findBySessionId(id)).as("session <%s>", id).isEmpty();
    }
  }

  @Test
  void comparesIdsExactlyWhenItChangesASession() {
    for (String id : ALIKE) saved(TestSessions.builder(id).sessionId(id).build());
    assertThat(store.deactivate("abc")).isTrue();
    assertThat(store.markAuthorized("ABC", true)).isTrue();
    assertThat(store.touch(List.of("i", "abc ", "aBC"))).isEqualTo(1);
    assertThat(store.delete("I")).isTrue();
    for (String id : ALIKE) {
      if (id.equals("I")) continue;
      Session session = found(id);
      assertThat(session.active()).as("%s is active", id).isEqualTo(!id.equals("abc"));
      assertThat(session.authorized()).as("%s is authorized", id).isEqualTo(id.equals("ABC"));
      assertThat(session.lastSeenAt() != null).as("%s was seen", id).isEqualTo(id.equals("i"));
    }
    assertThat(store.findByUserId("I")).isEmpty();
  }

  @Test
  void findsNothingByIdsThatCannotExist() {
    for (String id : List.of("1", "?", "\ufffd")) {
      saved(TestSessions.builder(id).sessionId(id).build());
    }
    for (String id : Samples.UNKNOWN_IDS) {
      assertThat(store.findByUserId(id)).as("user <%.40s>", id).isEmpty();
      assertThat(store.findBySessionId(id)).as("session <%.40s>", id).isEmpty();
    }
    assertThat(activeUsers()).as("all is well").hasSize(3);
  }
}
