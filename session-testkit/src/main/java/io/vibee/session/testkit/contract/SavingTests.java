package io.vibee.session.testkit.contract;

import static io.vibee.session.testkit.contract.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.SaveResult;
import io.vibee.session.SaveResult.Outcome;
import io.vibee.session.Session;
import io.vibee.session.SessionConflictException;
import io.vibee.session.SessionStore;
import io.vibee.session.testkit.TestSessions;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests adding and replacing a user's session. */
abstract class SavingTests extends ContractTests<SessionStore> {

  @Test
  void givesBackEveryValueThatWasSaved() {
    for (Session session : List.of(TestSessions.session("1"), Samples.full("2"))) {
      SaveResult<Session> result = store.save(session);
      assertThat(result.created()).as("created").isTrue();
      assertThat(result.outcome()).isEqualTo(Outcome.CREATED);
      assertThat(Samples.chosen(result.session())).isEqualTo(Samples.chosen(session));
      assertThat(store.findByUserId(session.userId())).contains(result.session());
      assertThat(store.findBySessionId(session.sessionId())).contains(result.session());
    }
  }

  @Test
  void distinguishesAnEmptyTextFromNull() {
    saved(TestSessions.builder("1").username("").phone("").build());
    saved(TestSessions.builder("2").username(null).phone(null).build());
    assertThat(found("1").username()).isEmpty();
    assertThat(found("1").phone()).isEmpty();
    assertThat(found("2").username()).isNull();
    assertThat(found("2").phone()).isNull();
  }

  @Test
  void aNewSessionIsAtRevisionOne() {
    Session stored = saved(TestSessions.session("1"));
    assertThat(stored.revision()).isEqualTo(1);
    assertThat(stored.createdAt()).isNotNull();
    assertThat(stored.updatedAt()).isNotNull();
    assertThat(stored.lastSeenAt()).isNull();
    assertThat(stored.keyVersion()).as("keyVersion").isPositive();
  }

  @Test
  void ignoresValuesThatOnlyTheStoreSets() {
    Session forged = Samples.withForgedValues(TestSessions.session("1"));
    Session stored = saved(forged);
    assertThat(stored.revision()).isEqualTo(1);
    assertThat(stored.lastSeenAt()).isNull();
    assertThat(stored.createdAt()).isNotNull().isNotEqualTo(forged.createdAt());
    assertThat(stored.updatedAt()).isNotNull().isNotEqualTo(forged.updatedAt());
    assertThat(stored.keyVersion()).isNotEqualTo(forged.keyVersion());
    assertThat(saved(Samples.withForgedValues(stored))).isEqualTo(stored);
  }

  @Test
  void replacesEveryValueOfTheUsersSession() {
    Session first = saved(TestSessions.session("1"));
    Session other = Samples.full("1").toBuilder().sessionId("sess_new").build();
    SaveResult<Session> result = store.save(other);
    assertThat(result.created()).as("created").isFalse();
    assertThat(result.outcome()).isEqualTo(Outcome.UPDATED);
    assertThat(Samples.chosen(result.session())).isEqualTo(Samples.chosen(other));
    assertThat(result.session().revision()).isEqualTo(2);
    assertThat(result.session().createdAt()).isEqualTo(first.createdAt());
    assertThat(store.findByUserId("1")).contains(result.session());
    assertThat(store.findBySessionId("sess_new")).contains(result.session());
    assertThat(store.findBySessionId("sess_1")).as("the earlier id").isEmpty();
    assertThat(Samples.chosen(saved(TestSessions.session("1"))))
        .as("and back")
        .isEqualTo(Samples.chosen(first));
  }

  @Test
  void savingTheSameValuesChangesNothing() {
    for (Session session : List.of(TestSessions.session("1"), Samples.full("2"))) {
      Session first = saved(session);
      for (Session same : List.of(session, first, Samples.withForgedValues(session))) {
        SaveResult<Session> again = store.save(same);
        assertThat(again.created()).as("created").isFalse();
        assertThat(again.outcome()).isEqualTo(Outcome.UNCHANGED);
        assertThat(again.session()).isEqualTo(first);
        assertThat(found(session.userId())).isEqualTo(first);
      }
      assertThat(types(session.sessionId())).containsExactly("session_created");
    }
  }

  @Test
  void savingLeavesLastSeenAsItIs() {
    Session unseen = saved(TestSessions.session("1"));
    store.touch(List.of("sess_1"));
    Session seen = found("1");
    assertThat(saved(unseen)).isEqualTo(seen);
    Session changed = saved(unseen.toBuilder().phone("+1").build());
    assertThat(changed.lastSeenAt()).isNotNull().isEqualTo(seen.lastSeenAt());
    assertThat(found("1")).isEqualTo(changed);
  }

  @Test
  void aCopyThatWasReadEarlierUndoesWhatChangedSince() {
    Session copy = saved(TestSessions.session("1"));
    store.deactivate("sess_1");
    store.markAuthorized("sess_1", true);
    Session stored = saved(copy);
    assertThat(stored.active()).isTrue();
    assertThat(stored.authorized()).isFalse();
    assertThat(stored.revision()).isEqualTo(4);
    assertThat(activeUsers()).containsExactly("1");
  }

  @Test
  void refusesTheSessionIdOfAnotherUserAndChangesNothing() {
    Session owner = saved(TestSessions.session("1"));
    Session other = saved(TestSessions.session("2"));
    for (String thief : List.of("2", "3")) {
      Session theft = Samples.full(thief).toBuilder().sessionId("sess_1").build();
      refused("save of user " + thief, SessionConflictException.class, () -> store.save(theft));
    }
    assertThat(found("1")).as("whose id it is").isEqualTo(owner);
    assertThat(store.findBySessionId("sess_1")).contains(owner);
    assertThat(found("2")).as("who had another").isEqualTo(other);
    assertThat(store.findByUserId("3")).as("who had none").isEmpty();
    assertThat(log()).as("log").hasSize(2);
  }

  @Test
  void aSessionIdThatIsFreeAgainMayBeUsed() {
    saved(TestSessions.session("1"));
    saved(TestSessions.builder("1").sessionId("sess_moved").build());
    assertThat(store.save(TestSessions.builder("2").sessionId("sess_1").build()).created())
        .isTrue();
    store.delete("sess_moved");
    saved(TestSessions.builder("3").sessionId("sess_moved").build());
    assertThat(store.findBySessionId("sess_1").orElseThrow().userId()).isEqualTo("2");
    assertThat(store.findBySessionId("sess_moved").orElseThrow().userId()).isEqualTo("3");
  }
}
