package io.vibee.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class SessionTest {
  private static final Secret HASH = Secret.of("made_up_hash");

  private static SessionBuilder builder() {
    return Session.builder("1", "sess_1", 94892, HASH);
  }

  @Test
  void startsActiveAndUnauthorized() {
    Session session = builder().build();
    assertThat(session.active()).isTrue();
    assertThat(session.authorized()).isFalse();
    assertThat(session.autoReplyEnabled()).isTrue();
    assertThat(session.digitalTwinEnabled()).isFalse();
    assertThat(session.targetChats()).isEmpty();
    assertThat(session.revision()).isZero();
  }

  /** A session that differs from a new one in every value. */
  private static SessionBuilder full() {
    return builder()
        .username("n")
        .phone("p")
        .active(false)
        .authorized(true)
        .digitalTwinEnabled(true)
        .autoReplyEnabled(false)
        .targetChats(List.of("c"))
        .lastSeenAt(Instant.EPOCH)
        .stored(Instant.EPOCH.plusSeconds(1), Instant.EPOCH.plusSeconds(2), 3, 4);
  }

  @Test
  void keepsEveryValueThroughToBuilder() {
    Session session = full().build();
    assertThat(session.username()).isEqualTo("n");
    assertThat(session.phone()).isEqualTo("p");
    assertThat(session.active()).isFalse();
    assertThat(session.authorized()).isTrue();
    assertThat(session.digitalTwinEnabled()).isTrue();
    assertThat(session.autoReplyEnabled()).isFalse();
    assertThat(session.targetChats()).containsExactly("c");
    assertThat(session.lastSeenAt()).isEqualTo(Instant.EPOCH);
    assertThat(session.createdAt()).isEqualTo(Instant.EPOCH.plusSeconds(1));
    assertThat(session.updatedAt()).isEqualTo(Instant.EPOCH.plusSeconds(2));
    assertThat(session.revision()).isEqualTo(3);
    assertThat(session.keyVersion()).isEqualTo(4);
    assertThat(session.toBuilder().build()).isEqualTo(session).hasSameHashCodeAs(session);
    Session other =
        session.toBuilder().userId("2").sessionId("t").apiId(3).apiHash(Secret.of("x")).build();
    assertThat(other.userId()).isEqualTo("2");
    assertThat(other.sessionId()).isEqualTo("t");
    assertThat(other.apiId()).isEqualTo(3);
    assertThat(other.apiHash()).isEqualTo(Secret.of("x"));
  }

  @Test
  void equalsOnlyWhatHasTheSameValues() {
    Instant at = Instant.EPOCH.plusSeconds(1);
    Instant later = Instant.EPOCH.plusSeconds(2);
    List<UnaryOperator<SessionBuilder>> changes =
        List.of(
            b -> b.userId("2"),
            b -> b.sessionId("t"),
            b -> b.apiId(3),
            b -> b.apiHash(Secret.of("x")),
            b -> b.username(null),
            b -> b.phone(null),
            b -> b.active(true),
            b -> b.authorized(false),
            b -> b.digitalTwinEnabled(false),
            b -> b.autoReplyEnabled(true),
            b -> b.targetChats(List.of()),
            b -> b.lastSeenAt(null),
            b -> b.stored(later, later, 3, 4),
            b -> b.stored(at, at, 3, 4),
            b -> b.stored(at, later, 4, 4),
            b -> b.stored(at, later, 3, 5));
    Session session = full().build();
    for (UnaryOperator<SessionBuilder> change : changes) {
      assertThat(change.apply(full()).build()).isNotEqualTo(session);
    }
    assertThat(session).isNotEqualTo(session.toString());
    assertThat(full().apiHash(Secret.of("x")).build())
        .as("whose hash code tells nothing about its secret")
        .hasSameHashCodeAs(session);
  }

  @Test
  void refusesWhatCannotBeStored() {
    for (String id : List.of("", " ", "a b", "a\nb", "a\0", "x".repeat(256), "\ud800")) {
      assertThatThrownBy(() -> builder().userId(id).build())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("userId");
      assertThatThrownBy(() -> builder().sessionId(id).build())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("sessionId");
    }
    for (String hash : List.of(" ", "a ", " a", "a\0", "a\ud800")) {
      assertThatThrownBy(() -> builder().apiHash(Secret.of(hash)).build())
          .hasMessageStartingWith("apiHash");
    }
    assertThatThrownBy(() -> builder().apiId(0).build()).hasMessageStartingWith("apiId");
    assertThatThrownBy(() -> builder().phone("x".repeat(51)).build())
        .hasMessageStartingWith("phone");
    assertThatThrownBy(() -> builder().username("a\0").build()).hasMessageStartingWith("username");
    assertThatThrownBy(() -> builder().targetChats(List.of("\u0007")).build())
        .hasMessageStartingWith("targetChats");
    assertThat(builder().userId("🙂".repeat(255)).build().userId()).hasSize(510);
  }

  @Test
  void copiesTheChats() {
    List<String> chats = new ArrayList<>(List.of("@a"));
    Session session = builder().targetChats(chats).build();
    chats.add("@b");
    assertThat(session.targetChats()).containsExactly("@a");
  }

  @Test
  void showsNeitherSecretNorPhone() {
    Session session = builder().phone("+10005550123").username("somebody").build();
    assertThat(session.toString())
        .contains("sess_1")
        .doesNotContain("made_up_hash", "+1000", "somebody");
  }

  @Test
  void masksSecretsAndComparesThem() {
    assertThat(HASH).hasToString("***").isEqualTo(Secret.of("made_up_hash"));
    assertThat(HASH).isNotEqualTo(Secret.of("made_up_hasi")).isNotEqualTo("made_up_hash");
    assertThat(HASH.hashCode()).isEqualTo(Secret.of("other").hashCode());
    assertThat(HASH.exposeSecret()).isEqualTo("made_up_hash");
    assertThatThrownBy(() -> Secret.of("")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void storedIdsCannotForgeLogLines() {
    UnreadableSession unreadable =
        UnreadableSession.of(
                "1\n2026 ERROR", "s\r\u202e", true, UnreadableSession.Reason.KEY_MISSING)
            .underKey(1);
    assertThat(unreadable.toString())
        .contains("(key version 1)")
        .doesNotContain("\n", "\r", "\u202e");
    assertThat(new UnreadableSessionException(unreadable).getMessage()).doesNotContain("\n");
    assertThat(SessionNotFoundException.ofUser("a\nb").getMessage()).doesNotContain("\n");
  }

  @Test
  void copiesDetailsWithNulls() {
    Map<String, Object> details = new java.util.HashMap<>();
    details.put("a", null);
    Activity activity = new Activity(1, "s", null, Activity.LOGIN, details, Instant.EPOCH);
    details.put("b", 1);
    assertThat(activity.details()).containsOnlyKeys("a");
    assertThatThrownBy(() -> activity.details().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void boundsQueries() {
    assertThatThrownBy(() -> ActivityQuery.latest(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ActivityQuery.latest(1001))
        .isInstanceOf(IllegalArgumentException.class);
    ActivityQuery query = ActivityQuery.latest(5).ofSession("s").before(9);
    assertThat(query.sessionId()).contains("s");
    assertThat(query.before()).hasValue(9);
    assertThat(query.limit()).isEqualTo(5);
    assertThat(query)
        .isEqualTo(ActivityQuery.latest(5).before(9).ofSession("s"))
        .hasSameHashCodeAs(ActivityQuery.latest(5).before(9).ofSession("s"))
        .isNotEqualTo(query.before(8))
        .isNotEqualTo(query.ofSession("t"))
        .isNotEqualTo(ActivityQuery.latest(6).ofSession("s").before(9));
    assertThat(ActivityQuery.latest(5).sessionId()).isEmpty();
    assertThat(ActivityQuery.latest(5).before()).isEmpty();
  }

  @Test
  void narrowsListsOfSessions() {
    SessionQuery first = SessionQuery.active(5);
    assertThat(first.state()).isEqualTo(SessionQuery.State.ACTIVE);
    assertThat(first.after()).isEmpty();
    SessionQuery next = first.after(Long.MIN_VALUE).limit(1);
    assertThat(next.state()).isEqualTo(SessionQuery.State.ACTIVE);
    assertThat(next.after()).hasValue(Long.MIN_VALUE);
    assertThat(next.limit()).isEqualTo(1);
    assertThat(next)
        .isEqualTo(SessionQuery.active(1).after(Long.MIN_VALUE))
        .hasSameHashCodeAs(SessionQuery.active(1).after(Long.MIN_VALUE))
        .isNotEqualTo(SessionQuery.active(1))
        .isNotEqualTo(next.limit(2))
        .isNotEqualTo(SessionQuery.all(1).after(Long.MIN_VALUE));
    assertThat(SessionQuery.inactive(1).state()).isEqualTo(SessionQuery.State.INACTIVE);
    assertThatThrownBy(() -> first.limit(0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void laterReportsAddToEarlierOnes() {
    SessionReport out = SessionReport.notAuthorized("s");
    SessionReport both = out.andThen(SessionReport.failed("s", "made up"));
    assertThat(both.authorized()).contains(false);
    assertThat(both.error()).contains("made up");
    assertThat(both.andThen(SessionReport.held("s"))).isEqualTo(both).hasSameHashCodeAs(both);
    SessionReport later = both.andThen(SessionReport.authorized("s"));
    assertThat(later.authorized()).contains(true);
    assertThat(later.error()).contains("made up");
    assertThat(later).isNotEqualTo(both).isNotEqualTo(SessionReport.of("s", true));
    assertThat(SessionReport.held("s").authorized()).isEmpty();
    assertThat(SessionReport.held("s")).isNotEqualTo(SessionReport.held("t"));
    assertThatThrownBy(() -> out.andThen(SessionReport.held("t")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void tellsWhichKeyAnUnreadableSessionNames() {
    UnreadableSession session =
        UnreadableSession.of("1", "s", true, UnreadableSession.Reason.NOT_SEALED);
    assertThat(session.keyVersion()).isEmpty();
    assertThat(session.toString()).startsWith("session s of user 1 (no known key): ");
    assertThat(session.underKey(2).keyVersion()).hasValue(2);
    assertThat(session.underKey(2))
        .isEqualTo(session.underKey(3).underKey(2))
        .hasSameHashCodeAs(session.underKey(2))
        .isNotEqualTo(session);
  }

  @Test
  void saysHowTheSchemaDiffers() {
    assertThat(SchemaVersionException.missing(1))
        .hasMessageContaining("is missing")
        .hasMessageContaining("run the migrations");
    assertThat(SchemaVersionException.earlier(1)).hasMessageContaining("earlier one");
    assertThat(SchemaVersionException.of(1, 2))
        .hasMessageContaining("has version 1, this library needs 2");
    assertThat(SchemaVersionException.of(3, 2)).hasMessageContaining("update the library");
    assertThat(SchemaVersionException.of(1, 2).found()).hasValue(1);
    assertThat(SchemaVersionException.of(1, 2).state())
        .isEqualTo(SchemaVersionException.State.OLDER);
    assertThat(SchemaVersionException.missing(2).found()).isEmpty();
    assertThat(SchemaVersionException.missing(2).required()).isEqualTo(2);
  }
}
