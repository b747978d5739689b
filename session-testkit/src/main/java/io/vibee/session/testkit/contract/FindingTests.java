package io.vibee.session.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.Session;
import io.vibee.session.testkit.TestSessions;
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
