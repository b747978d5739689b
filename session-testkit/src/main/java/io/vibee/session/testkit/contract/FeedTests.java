package io.vibee.session.testkit.contract;

import static io.vibee.session.testkit.contract.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.Activity;
import io.vibee.session.ChangeCursor;
import io.vibee.session.Changes;
import io.vibee.session.FleetWorld;
import io.vibee.session.SessionChange;
import io.vibee.session.SessionChanges;
import io.vibee.session.SessionStore;
import io.vibee.session.testkit.TestSessions;
import io.vibee.session.testkit.contract.Threads.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests what a feed tells. */
abstract class FeedTests<S extends SessionStore> extends ContractTests<S> {
  SessionChanges feed;

  @BeforeEach
  void asksForTheFeed() {
    feed = store.as(SessionChanges.class).orElseThrow(() -> new AssertionError("no feed"));
  }

  private static List<String> texts(Changes told) {
    assertThat(told.everything()).as("all has to be read again").isFalse();
    List<String> texts = new ArrayList<>();
    for (SessionChange each : told.list()) texts.add(each.sessionId() + " " + each.type());
    return texts;
  }

  @Test
  void tellsNothingOfWhatWasBefore() {
    saved(TestSessions.session("1"));
    ChangeCursor cursor = feed.start();
    assertThat(texts(feed.since(cursor))).isEmpty();
    assertThat(texts(feed.since(feed.since(cursor).cursor()))).isEmpty();
  }

  @Test
  void tellsEachChangeOnceInTheOrderOfTheLog() {
    ChangeCursor cursor = feed.start();
    saved(TestSessions.session("1"));
    saved(TestSessions.session("2"));
    store.deactivate("sess_1");
    Changes told = feed.since(cursor);
    assertThat(texts(told))
        .containsExactly(
            "sess_1 session_created", "sess_2 session_created", "sess_1 session_deactivated");
    assertThat(told.list().get(1).userId()).hasValue("2");
    assertThat(told.list().get(1).previousSessionId()).isEmpty();
    assertThat(texts(feed.since(told.cursor()))).as("again").isEmpty();
    store.delete("sess_2");
    store.recordActivity(Activity.ALL_SESSIONS, "noted", Map.of());
    Changes more = feed.since(told.cursor());
    assertThat(texts(more)).containsExactly("sess_2 session_deleted", "* noted");
    assertThat(more.list().get(1).userId()).isEmpty();
    assertThat(texts(feed.since(cursor))).as("from an earlier cursor").hasSize(5);
  }

  @Test
  void tellsNothingOfTouches() {
    saved(TestSessions.session("1"));
    ChangeCursor cursor = feed.start();
    store.touch(List.of("sess_1"));
    saved(TestSessions.session("1"));
    assertThat(texts(feed.since(cursor))).isEmpty();
  }

  @Test
  void tellsTheIdThatASessionHadBefore() {
    saved(TestSessions.session("1"));
    ChangeCursor cursor = feed.start();
    saved(TestSessions.builder("1").sessionId("sess_new").build());
    Changes told = feed.since(cursor);
    assertThat(texts(told)).containsExactly("sess_new session_updated");
    assertThat(told.list().get(0).previousSessionId()).hasValue("sess_1");
  }

  @Test
  void missesNothingOfThoseWhoWriteAtOnce() {
    ChangeCursor start = feed.start();
    List<String> told = new ArrayList<>();
    List<Outcome<Integer>> done =
        Threads.together(
            i ->
                () -> {
                  for (int each = 0; each < 5; each++) saved(TestSessions.session(i + "_" + each));
                  return 5;
                });
    for (Outcome<Integer> each : done) assertThat(each.orThrow()).isEqualTo(5);
    Changes first = feed.since(start);
    told.addAll(texts(first));
    told.addAll(texts(feed.since(first.cursor())));
    assertThat(told).doesNotHaveDuplicates().hasSize(5 * Threads.COUNT);
  }

  @Test
  void tellsToReadAllInAnotherWorld() {
    saved(TestSessions.session("1"));
    ChangeCursor cursor = feed.start();
    FleetWorld world = cursor.world();
    for (FleetWorld other :
        List.of(
            new FleetWorld(world.id() + 1, world.timeline()),
            new FleetWorld(world.id(), world.timeline() + 1))) {
      Changes told = feed.since(new ChangeCursor(other, cursor.snapshot()));
      assertThat(told.everything()).as("everything").isTrue();
      assertThat(told.list()).isEmpty();
      saved(TestSessions.session("of_" + other.id() + other.timeline()));
      assertThat(texts(feed.since(told.cursor()))).as("from there on").hasSize(1);
    }
  }

  @Test
  @SuppressWarnings("NullAway")
  void refusesNullAndEveryCallAfterClose() {
    ChangeCursor cursor = feed.start();
    refused(NullPointerException.class, () -> feed.since(null));
    store.close();
    refused(IllegalStateException.class, () -> feed.start());
    refused(IllegalStateException.class, () -> feed.since(cursor));
  }
}
