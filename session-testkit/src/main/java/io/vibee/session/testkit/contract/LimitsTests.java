package io.vibee.session.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.Secret;
import io.vibee.session.Session;
import io.vibee.session.testkit.TestSessions;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests values at the limits of a session, and texts that are easily taken for something else. */
abstract class LimitsTests extends DetailsTests {
  private static final List<String> TEXTS =
      List.of(
          "'; drop table user_sessions; --",
          "\"x\"",
          "{\"a\":1}",
          "\\",
          "\\0",
          "%s %s",
          "?",
          "$1",
          "Ünï🙂",
          "e\u0301",
          "\u202eabc",
          "\ufffd",
          "\ufeffx",
          "a\u00a0b",
          "null",
          "日本語",
          "\ue000");

  private void assertKept(Session session) {
    Session stored = saved(session);
    assertThat(Samples.chosen(stored)).isEqualTo(Samples.chosen(session));
    assertThat(store.findByUserId(session.userId())).contains(stored);
    assertThat(store.findBySessionId(session.sessionId())).contains(stored);
    assertThat(types(session.sessionId())).containsExactly("session_created");
    assertThat(newest(session.sessionId()).userId()).isEqualTo(session.userId());
  }

  /**
   * Saves two texts that differ only in their last character, which a store that truncates
   * confuses.
   */
  private void assertKeptAtLength(String letter, String last) {
    assertKept(
        Session.builder(
                letter.repeat(254) + last,
                last + letter.repeat(254),
                Integer.MAX_VALUE,
                Secret.of(letter.repeat(254) + last))
            .username(letter.repeat(254) + last)
            .phone(letter.repeat(49) + last)
            .targetChats(List.of(letter.repeat(4095) + last, "@chat"))
            .build());
  }

  @Test
  void keepsTextsOfTheGreatestLength() {
    assertKeptAtLength("x", "y");
    assertKeptAtLength("x", "z");
  }

  @Test
  void keepsCharactersOutsideTheBasicPlaneOfTheGreatestLength() {
    assertKeptAtLength("\ud83d\ude42", "\ud83d\ude43");
    assertKeptAtLength("\ud83d\ude42", "\ud83d\ude44");
  }

  @Test
  void keepsTheShortestValues() {
    assertKept(Session.builder("u", "s", 1, Secret.of("h")).build());
  }

  @Test
  void keepsTextsThatLookLikeSomethingElse() {
    for (String text : TEXTS) {
      String id = text.replace(" ", "_");
      assertKept(
          Session.builder(id, id, 1, Secret.of(text.strip()))
              .username(text)
              .phone(text)
              .targetChats(List.of("@" + text, text + "@"))
              .build());
    }
    assertThat(activeUsers()).hasSize(TEXTS.size());
  }

  @Test
  void keepsHashesAsTheyWereSaved() {
    for (String hash : List.of("ABC", "abc", "a b", "'", "\\x41", "ü\ud83d\ude42", "\u00a0")) {
      saved(TestSessions.builder("1").apiHash(Secret.of(hash)).build());
      assertThat(found("1").apiHash().exposeSecret()).isEqualTo(hash);
    }
    assertThat(found("1").revision()).as("each was another one").isEqualTo(7);
  }
}
