package io.vibee.session.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.Session;
import io.vibee.session.testkit.memory.InMemorySessionStore;
import java.util.HashSet;
import org.junit.jupiter.api.Test;

class TestSessionsTest {
  @Test
  void givesEqualSessionsForTheSameUser() {
    assertThat(TestSessions.session()).isEqualTo(TestSessions.session(TestSessions.USER_ID));
    assertThat(TestSessions.session("1")).isNotEqualTo(TestSessions.session("2"));
  }

  @Test
  void givesEachUserADifferentHash() {
    assertThat(TestSessions.sessions(500)).hasSize(500);
    assertThat(
            new HashSet<>(
                TestSessions.sessions(500).stream()
                    .map(session -> session.apiHash().exposeSecret())
                    .toList()))
        .hasSize(500)
        .allSatisfy(hash -> assertThat(hash).matches("[0-9a-f]{32}"));
  }

  @Test
  void editsAddTheSameSession() {
    InMemorySessionStore store = new InMemorySessionStore();
    store.edit(TestSessions.edit("1").build());
    Session added = store.findByUserId("1").orElseThrow();
    SessionAssertions.assertThat(added).hasSameValuesAs(TestSessions.session("1"));
  }
}
