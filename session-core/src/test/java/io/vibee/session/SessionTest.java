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
        new UnreadableSession(
            "1\n2026 ERROR", "s\r\u202e", 1, true, UnreadableSession.Reason.KEY_MISSING);
    assertThat(unreadable.toString()).doesNotContain("\n", "\r", "\u202e");
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
    assertThat(ActivityQuery.latest(5).ofSession("s").before(9))
        .isEqualTo(new ActivityQuery("s", 9, 5));
  }

  @Test
  void saysHowTheSchemaDiffers() {
    assertThat(new SchemaVersionException(0, 1))
        .hasMessageContaining("is missing")
        .hasMessageContaining("run the migrations");
    assertThat(new SchemaVersionException(-1, 1)).hasMessageContaining("earlier one");
    assertThat(new SchemaVersionException(1, 2))
        .hasMessageContaining("has version 1, this library needs 2");
    assertThat(new SchemaVersionException(3, 2)).hasMessageContaining("update the library");
  }
}
