package io.vibee.session.testkit.contract;

import static io.vibee.session.testkit.contract.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vibee.session.KeyInUseException;
import io.vibee.session.KeyRotation;
import io.vibee.session.ManagedSessionStore;
import io.vibee.session.NewKey;
import io.vibee.session.RotationProgress;
import io.vibee.session.SaveResult.Outcome;
import io.vibee.session.SessionCounts;
import io.vibee.session.SessionEdit;
import io.vibee.session.SessionQuery;
import io.vibee.session.SessionSummary;
import io.vibee.session.UnreadableSessionException;
import io.vibee.session.testkit.TestSessions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Tests sessions that cannot be read, in stores that show sessions or change keys. */
abstract class UnreadableManagedTests extends UnreadableTests {

  private ManagedSessionStore managed() {
    Optional<ManagedSessionStore> managed = store.as(ManagedSessionStore.class);
    assumeTrue(managed.isPresent(), "the store is not a ManagedSessionStore");
    return managed.orElseThrow();
  }

  private static SessionSummary summary(ManagedSessionStore managed, String userId) {
    return managed.summaryOfUser(userId).orElseThrow(() -> new AssertionError("no " + userId));
  }

  @Test
  void itIsShownListedAndCounted() {
    ManagedSessionStore managed = managed();
    saveAndDamage(3, 2, 3);
    store.deactivate("sess_3");
    assertThat(managed.list(SessionQuery.all(10)))
        .extracting(SessionSummary::userId)
        .containsExactly("1", "2", "3");
    assertThat(summary(managed, "2").phone()).isEqualTo(TestSessions.session("2").phone());
    assertThat(managed.summaryOfSession("sess_2")).contains(summary(managed, "2"));
    assertThat(managed.counts()).isEqualTo(new SessionCounts(0, 2, 1));
  }

  @Test
  void aStreamOfEverySessionReportsInactiveOnesToo() {
    ManagedSessionStore managed = managed();
    saveAndDamage(3, 1, 2);
    store.deactivate("sess_2");
    List<String> seen = new ArrayList<>();
    managed.forEach(
        session -> seen.add(session.userId()),
        unreadable -> seen.add(unreadable.userId() + (unreadable.active() ? "!" : "?")));
    assertThat(seen).containsExactly("1!", "2?", "3");
  }

  @Test
  void anEditOfOtherValuesLeavesItsHash() {
    ManagedSessionStore managed = managed();
    saveAndDamage(1, 1);
    SessionEdit edit = SessionEdit.of("1").phone("+1").active(false).build();
    assertThat(managed.edit(edit).outcome()).isEqualTo(Outcome.UPDATED);
    assertThat(summary(managed, "1").phone()).isEqualTo("+1");
    assertThat(managed.edit(edit).outcome()).isEqualTo(Outcome.UNCHANGED);
    assertUnreadable("1");
  }

  @Test
  void anEditOfTheHashRepairsIt() {
    ManagedSessionStore managed = managed();
    saveAndDamage(1, 1);
    managed.edit(SessionEdit.of("1").apiHash(TestSessions.apiHash("1")).build());
    assertThat(found("1").apiHash()).isEqualTo(TestSessions.apiHash("1"));
    assertThat(streamed()).containsExactly("1");
  }

  /** Only the store knows whether the stored hash would have to be sealed again. */
  @Test
  void anEditOfItsIdsSucceedsOrIsRefusedAsAWhole() {
    ManagedSessionStore managed = managed();
    saveAndDamage(1, 1);
    SessionSummary before = summary(managed, "1");
    SessionEdit edit = SessionEdit.of("1").sessionId("sess_new").apiId(7).phone("+1").build();
    if (catchThrowable(() -> managed.edit(edit)) == null) {
      assertThat(summary(managed, "1")).isEqualTo(managed.edit(edit).session());
      assertThat(summary(managed, "1").sessionId()).isEqualTo("sess_new");
    } else {
      refused(UnreadableSessionException.class, () -> managed.edit(edit));
      assertThat(summary(managed, "1")).isEqualTo(before);
      assertThat(managed.summaryOfSession("sess_new")).isEmpty();
    }
    managed.edit(SessionEdit.of(TestSessions.builder("1").sessionId("sess_new").build()).build());
    assertThat(found("1").apiHash()).as("with a hash").isEqualTo(TestSessions.apiHash("1"));
  }

  @Test
  void manyEditsRepairItOrLeaveIt() {
    ManagedSessionStore managed = managed();
    saveAndDamage(4, 1, 2);
    List<String> settled = new ArrayList<>();
    managed.editAll(
        List.of(
            SessionEdit.of("1").phone("+1").build(),
            SessionEdit.of("2").apiHash(TestSessions.apiHash("2")).build(),
            SessionEdit.of("3").apiHash(TestSessions.apiHash("3")).build()),
        saved -> settled.add(saved.session().userId() + " " + saved.outcome()),
        refused -> settled.add(refused.toString()));
    assertThat(settled).containsExactly("1 UPDATED", "2 UPDATED", "3 UNCHANGED");
    assertThat(streamed()).containsExactly("1!", "2", "3", "4");
  }

  @Test
  void aRotationCountsItAndLeavesIt() {
    Optional<KeyRotation> ability = store.as(KeyRotation.class);
    assumeTrue(ability.isPresent(), "the store is not a KeyRotation");
    KeyRotation keys = ability.orElseThrow();
    saveAndDamage(4, 2);
    int before = keys.keys().get(0).version();
    keys.changeKey(NewKey.generated());
    RotationProgress end = keys.rotate();
    assertThat(end.done()).as("done").isEqualTo(3);
    assertThat(end.left()).as("left").isEqualTo(1);
    assertThat(end.unreadable()).as("unreadable").isEqualTo(1);
    assertThat(end.complete()).as("complete").isTrue();
    assertThat(streamed()).containsExactly("1", "2!", "3", "4");
    refused(KeyInUseException.class, () -> keys.prune(before));
    saved(TestSessions.session("2"));
    assertThat(keys.prune(before)).as("prune, once it is repaired").isTrue();
    assertThat(streamed()).containsExactly("1", "2", "3", "4");
  }
}
