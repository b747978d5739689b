package io.vibee.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class SessionEditTest {
  private static final Secret HASH = Secret.of("0123456789abcdef0123456789abcdef");
  private static final SessionSummary STORED =
      SessionSummary.builder(7, "1", "sess_1", 94892)
          .username("name")
          .phone("+10005550123")
          .active(false)
          .authorized(true)
          .digitalTwinEnabled(true)
          .autoReplyEnabled(false)
          .targetChats(List.of("@chat"))
          .stored(Instant.EPOCH, Instant.EPOCH, 3, 2)
          .build();

  @Test
  void anEmptyEditLeavesEverything() {
    assertThat(SessionEdit.of("1").build().applyTo(STORED)).isEqualTo(STORED);
  }

  @Test
  void aSummaryEqualsOnlyWhatHasTheSameValues() {
    Instant later = Instant.EPOCH.plusSeconds(1);
    List<UnaryOperator<SessionSummaryBuilder>> changes =
        List.of(
            b -> b.id(8),
            b -> b.userId("2"),
            b -> b.sessionId("t"),
            b -> b.apiId(3),
            b -> b.username(null),
            b -> b.phone(null),
            b -> b.active(true),
            b -> b.authorized(false),
            b -> b.digitalTwinEnabled(false),
            b -> b.autoReplyEnabled(true),
            b -> b.targetChats(List.of()),
            b -> b.lastSeenAt(later),
            b -> b.stored(later, Instant.EPOCH, 3, 2),
            b -> b.stored(Instant.EPOCH, later, 3, 2),
            b -> b.stored(Instant.EPOCH, Instant.EPOCH, 4, 2),
            b -> b.stored(Instant.EPOCH, Instant.EPOCH, 3, 3));
    for (UnaryOperator<SessionSummaryBuilder> change : changes) {
      assertThat(change.apply(STORED.toBuilder()).build()).isNotEqualTo(STORED);
    }
    assertThat(STORED.toBuilder().build()).isEqualTo(STORED).hasSameHashCodeAs(STORED);
    assertThatThrownBy(SessionSummary.builder(1, "1", "s", 1)::build)
        .isInstanceOf(NullPointerException.class)
        .hasMessage("createdAt");
  }

  @Test
  void setsWhatItNamesAndClearsWhatIsNull() {
    SessionSummary after =
        SessionEdit.of("1").username(null).phone("+1").active(true).build().applyTo(STORED);
    assertThat(after.username()).isNull();
    assertThat(after.phone()).isEqualTo("+1");
    assertThat(after.active()).isTrue();
    assertThat(after.authorized()).isTrue();
    assertThat(after.at()).isEqualTo(new SessionRevision(7, 3));
  }

  @Test
  void anEditOfAWholeSessionSetsAllOfIt() {
    Session session =
        Session.builder("1", "sess_2", 5, HASH)
            .active(false)
            .authorized(true)
            .autoReplyEnabled(false)
            .digitalTwinEnabled(true)
            .targetChats(List.of("5"))
            .build();
    SessionEdit edit = SessionEdit.of(session).build();
    assertThat(edit.toNewSession()).isEqualTo(session);
    SessionSummary after = edit.applyTo(STORED);
    assertThat(after.sessionId()).isEqualTo("sess_2");
    assertThat(after.username()).isNull();
    assertThat(after.targetChats()).containsExactly("5");
    assertThat(after.autoReplyEnabled()).isFalse();
  }

  @Test
  void namesWhatANewSessionLacks() {
    assertThatThrownBy(() -> SessionEdit.of("1").apiHash(HASH).build().toNewSession())
        .isInstanceOf(SessionIncompleteException.class)
        .hasMessage(
            "user 1 has no session yet, and a new one needs sessionId, apiId: add what is missing,"
                + " or check the user's id");
  }

  @Test
  void refusesEachValueAsItIsSetAndNamesItsField() {
    refuses("userId", edit -> SessionEdit.of(" "));
    refuses("sessionId", edit -> edit.sessionId("a b"));
    refuses("sessionId", edit -> edit.sessionId("*"));
    refuses("userId", edit -> SessionEdit.of(".."));
    refuses("apiId", edit -> edit.apiId(0));
    refuses("apiHash", edit -> edit.apiHash(Secret.of("made_up\t")));
    refuses("apiHash", edit -> edit.apiHash(Secret.of(" made up")));
    refuses("apiHash", edit -> edit.apiHash(Secret.of("x".repeat(256))));
    refuses("username", edit -> edit.username("\n"));
    refuses("phone", edit -> edit.phone("1".repeat(51)));
    refuses("targetChats", edit -> edit.targetChats(List.of("\0")));
  }

  private static void refuses(String field, Consumer<SessionEditBuilder> set) {
    assertThatThrownBy(() -> set.accept(SessionEdit.of("1")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(field + " ");
  }

  @Test
  void takesAHashWithWhateverIsInside() {
    Secret odd = Secret.of("it's `made` \"up\" $HOME; drop table user_sessions; --");
    assertThat(SessionEdit.of("1").apiHash(odd).build().apiHash()).contains(odd);
  }

  @Test
  void reusingABuilderDoesNotChangeWhatItBuilt() {
    SessionEditBuilder builder = SessionEdit.of("1").phone("+1");
    SessionEdit first = builder.build();
    builder.phone("+2").expecting(SessionRevision.NONE);
    assertThat(first.applyTo(STORED).phone()).isEqualTo("+1");
    assertThat(first.expected()).isEmpty();
  }

  @Test
  void neitherEditNorSummaryShowsAPhoneOrHash() {
    SessionEdit edit = SessionEdit.of("1").apiHash(HASH).phone("+10005550123").build();
    assertThat(edit.toString()).isEqualTo("SessionEdit[userId=1]");
    assertThat(STORED.toString()).doesNotContain("+1000").doesNotContain("name");
  }

  @Test
  void reportsRefuseWhatTheLogCannotHold() {
    assertThatThrownBy(() -> SessionReport.failed("s", "x".repeat(1001)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> SessionReport.failed("s", "a\nb"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> SessionQuery.all(1001)).isInstanceOf(IllegalArgumentException.class);
  }
}
