package io.vibee.session.testkit.contract;

import static io.vibee.session.testkit.contract.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.Activity;
import io.vibee.session.ManagedSessionStore;
import io.vibee.session.Session;
import io.vibee.session.SessionEdit;
import io.vibee.session.SessionReport;
import io.vibee.session.testkit.TestSessions;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests changes in somebody's name. */
abstract class ActorTests extends ContractTests<ManagedSessionStore> {
  private static final String ACTOR = "token:ops Ünï🙂 'x'; --";

  @Test
  void theLogNamesTheActorOfEveryChange() {
    ManagedSessionStore ops = store.actingAs(ACTOR);
    Session added = ops.save(TestSessions.session("1")).session();
    ops.save(added.toBuilder().phone("+1").build());
    ops.edit(SessionEdit.of("1").username("other").build());
    ops.deactivate("sess_1");
    ops.activate("sess_1");
    ops.markAuthorized("sess_1", true);
    ops.delete("sess_1");
    ops.edit(TestSessions.edit("1").build());
    assertThat(log("sess_1"))
        .hasSize(8)
        .allSatisfy(
            entry -> assertThat(entry.details()).as(entry.type()).containsEntry("actor", ACTOR));
  }

  @Test
  void theLogNamesTheActorOfAReportedChange() {
    saved(TestSessions.session("1"));
    store.actingAs(ACTOR).report(List.of(SessionReport.of("sess_1", true)));
    assertThat(log("sess_1"))
        .filteredOn(entry -> entry.type().equals(Activity.SESSION_AUTHORIZED))
        .hasSize(1)
        .allSatisfy(entry -> assertThat(entry.details()).containsEntry("actor", ACTOR));
  }

  @Test
  void theLogNamesNobodyElse() {
    ManagedSessionStore first = store.actingAs("first");
    ManagedSessionStore second = first.actingAs("second");
    second.save(TestSessions.session("1"));
    assertThat(newest("sess_1").details()).containsEntry("actor", "second");
    first.deactivate("sess_1");
    assertThat(newest("sess_1").details()).containsEntry("actor", "first");
    store.activate("sess_1");
    assertThat(newest("sess_1").details()).doesNotContainKey("actor");
  }

  @Test
  void theActorsOfManyThreadsAreNotMixedUp() {
    Threads.<Boolean>together(
            i ->
                () -> {
                  ManagedSessionStore view = store.actingAs("actor " + i);
                  view.save(TestSessions.session("" + i));
                  return view.deactivate(TestSessions.sessionId("" + i));
                })
        .forEach(done -> assertThat(done.orThrow()).isTrue());
    for (int i = 0; i < Threads.COUNT; i++) {
      assertThat(log(TestSessions.sessionId("" + i)))
          .hasSize(2)
          .extracting(entry -> entry.details().get("actor"))
          .containsOnly("actor " + i);
    }
  }

  @Test
  void aViewIsTheSameStore() {
    ManagedSessionStore view = store.actingAs(ACTOR);
    Session session = saved(TestSessions.session("1"));
    assertThat(view.findByUserId("1")).contains(session);
    assertThat(view.summaryOfUser("1")).isEqualTo(store.summaryOfUser("1"));
    view.save(TestSessions.session("2"));
    assertThat(activeUsers()).containsExactly("1", "2");
    assertThat(view.counts()).isEqualTo(store.counts());
  }

  @Test
  void aViewHasTheAbilitiesOfItsStore() {
    ManagedSessionStore view = store.actingAs(ACTOR);
    for (Class<?> ability : AbilityTests.ABILITIES) {
      assertThat(view.as(ability).isPresent())
          .as("a view is a " + ability.getSimpleName())
          .isEqualTo(store.as(ability).isPresent());
    }
    assertThat(view.readOnly()).as("a view only reads").isEqualTo(store.readOnly());
    view.as(ManagedSessionStore.class).orElseThrow().save(TestSessions.session("1"));
    assertThat(newest("sess_1").details()).containsEntry("actor", ACTOR);
  }

  @Test
  void closingAViewDoesNothing() {
    ManagedSessionStore view = store.actingAs(ACTOR);
    view.close();
    view.save(TestSessions.session("1"));
    view.actingAs("another").close();
    store.deactivate("sess_1");
    assertThat(view.findByUserId("1")).contains(found("1"));
  }

  @Test
  void aViewEndsWithItsStore() {
    ManagedSessionStore view = store.actingAs(ACTOR);
    ManagedSessionStore viewOfView = view.actingAs("another");
    saved(TestSessions.session("1"));
    store.close();
    for (ManagedSessionStore ended : List.of(view, viewOfView)) {
      refused("find", IllegalStateException.class, () -> ended.findByUserId("1"));
      refused("deactivate", IllegalStateException.class, () -> ended.deactivate("sess_1"));
      refused("counts", IllegalStateException.class, ended::counts);
      refused("check", IllegalStateException.class, ended::check);
    }
  }

  @Test
  void refusesActorsThatBreakTheLimits() {
    for (String actor :
        List.of(
            "",
            " ",
            "x".repeat(101),
            "🙂".repeat(101),
            "a\nb",
            "a\0",
            "\t",
            "a\u009bb",
            "\u007f")) {
      refused(
          "an actor of %s characters".formatted(actor.codePointCount(0, actor.length())),
          IllegalArgumentException.class,
          () -> store.actingAs(actor));
    }
    for (String actor : List.of("x", "x".repeat(100), "🙂".repeat(100))) {
      store.actingAs(actor).save(TestSessions.session("1"));
      assertThat(newest("sess_1").details()).containsEntry("actor", actor);
      store.delete("sess_1");
    }
  }
}
