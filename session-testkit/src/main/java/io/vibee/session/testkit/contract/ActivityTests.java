package io.vibee.session.testkit.contract;

import static io.vibee.session.testkit.contract.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.Activity;
import io.vibee.session.ActivityQuery;
import io.vibee.session.Session;
import io.vibee.session.SessionNotFoundException;
import io.vibee.session.testkit.TestSessions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tests adding to the activity log and reading it. */
abstract class ActivityTests extends ReportTests {

  private void record(String sessionId, int entries) {
    for (int i = 0; i < entries; i++) store.recordActivity(sessionId, "e" + i, Map.of("n", i));
  }

  @Test
  void readsTheLogNewestFirst() {
    saved(TestSessions.session("1"));
    record("sess_1", 3);
    assertThat(types("sess_1")).containsExactly("e2", "e1", "e0", "session_created");
    List<Activity> entries = log();
    for (int i = 1; i < entries.size(); i++) {
      assertThat(entries.get(i - 1).id()).as("ids grow").isGreaterThan(entries.get(i).id());
      assertThat(entries.get(i - 1).createdAt()).isAfterOrEqualTo(entries.get(i).createdAt());
    }
  }

  @Test
  void anEntryHoldsWhatWasRecorded() {
    Session session = saved(TestSessions.session("1"));
    store.recordActivity("sess_1", Activity.MESSAGE_SENT, Map.of("chat", "@name"));
    Activity entry = newest("sess_1");
    assertThat(entry.sessionId()).isEqualTo("sess_1");
    assertThat(entry.userId()).isEqualTo("1");
    assertThat(entry.type()).isEqualTo("message_sent");
    assertThat(entry.details()).isEqualTo(Map.of("chat", "@name"));
    assertThat(entry.createdAt()).isAfterOrEqualTo(session.createdAt());
    assertThat(found("1")).as("the session").isEqualTo(session);
  }

  @Test
  void readsTheLogPageByPage() {
    saved(TestSessions.session("1"));
    saved(TestSessions.session("2"));
    for (int i = 0; i < 4; i++) {
      record("sess_1", 1);
      record("sess_2", 1);
    }
    List<Activity> whole = log("sess_1");
    assertThat(whole).hasSize(5);
    for (int size : List.of(1, 2, 4, 5, 6)) {
      assertThat(paged(ActivityQuery.latest(size).ofSession("sess_1")))
          .as("pages of %s", size)
          .isEqualTo(whole);
    }
    assertThat(paged(ActivityQuery.latest(3)).subList(0, 10)).isEqualTo(log());
  }

  private List<Activity> paged(ActivityQuery first) {
    List<Activity> entries = new ArrayList<>();
    ActivityQuery query = first;
    while (true) {
      List<Activity> page = store.activity(query);
      assertThat(page).as("a page").hasSizeLessThanOrEqualTo(first.limit());
      entries.addAll(page);
      assertThat(entries).as("no entry is on two pages").doesNotHaveDuplicates();
      if (page.size() < first.limit()) return entries;
      query = query.before(page.get(page.size() - 1).id());
    }
  }

  @Test
  void aPageStartsAfterTheEntryThatItNames() {
    saved(TestSessions.session("1"));
    saved(TestSessions.session("2"));
    record("sess_1", 1);
    long id = newest("sess_2").id();
    ActivityQuery latest = ActivityQuery.latest(10);
    assertThat(store.activity(latest.before(id))).extracting(Activity::id).allMatch(i -> i < id);
    assertThat(store.activity(latest.ofSession("sess_1").before(id))).hasSize(1);
    assertThat(store.activity(latest.before(Long.MIN_VALUE))).isEmpty();
  }

  @Test
  void readsTheLogOfOneSessionOnly() {
    for (String user : List.of("a", "A", "a_", "a%")) {
      saved(TestSessions.builder(user).sessionId(user).build());
      record(user, 2);
    }
    ActivityQuery query = ActivityQuery.latest(100);
    for (String user : List.of("a", "A", "a_", "a%")) {
      assertThat(store.activity(query.ofSession(user)))
          .as("log of %s", user)
          .hasSize(3)
          .extracting(Activity::sessionId)
          .containsOnly(user);
    }
    for (String id : Samples.UNKNOWN_IDS) {
      if (!id.equals("%")) assertThat(store.activity(query.ofSession(id))).isEmpty();
    }
  }

  @Test
  void recordsWhatConcernsAllSessions() {
    store.recordActivity(Activity.ALL_SESSIONS, Activity.ERROR, Map.of("error", "bridge"));
    saved(TestSessions.session("1"));
    Activity entry = newest(Activity.ALL_SESSIONS);
    assertThat(entry.type()).isEqualTo(Activity.ERROR);
    assertThat(entry.details()).isEqualTo(Map.of("error", "bridge"));
    assertThat(entry.userId()).as("userId").isNull();
    assertThat(types("sess_1")).as("log of a session").containsExactly("session_created");
    assertThat(store.activity(ActivityQuery.latest(100).ofSession(Activity.ALL_SESSIONS)))
        .contains(entry)
        .extracting(Activity::sessionId)
        .containsOnly(Activity.ALL_SESSIONS);
  }

  @Test
  void refusesToRecordForUnknownSessions() {
    saved(TestSessions.session("1"));
    saved(TestSessions.builder("?").sessionId("?").build());
    for (String id : Samples.UNKNOWN_IDS) {
      refused(
          "recordActivity of <%.40s>".formatted(id),
          SessionNotFoundException.class,
          () -> store.recordActivity(id, Activity.LOGIN, Map.of()));
    }
    store.delete("sess_1");
    refused(
        "recordActivity of a deleted session",
        SessionNotFoundException.class,
        () -> store.recordActivity("sess_1", Activity.LOGIN, Map.of()));
    assertThat(log()).as("log").hasSize(3);
  }

  @Test
  void refusesTypesThatBreakTheLimits() {
    saved(TestSessions.session("1"));
    for (String type : List.of("", " ", "x".repeat(51), "🙂".repeat(51), "a\nb", "\0")) {
      refused(
          "a type of %s characters".formatted(type.codePointCount(0, type.length())),
          IllegalArgumentException.class,
          () -> store.recordActivity("sess_1", type, Map.of()));
    }
    assertThat(log()).as("log").hasSize(1);
    for (String type : List.of("x", "x".repeat(50), "🙂".repeat(50), "'; drop", "Ünï")) {
      store.recordActivity("sess_1", type, Map.of());
      assertThat(newest("sess_1").type()).isEqualTo(type);
    }
  }

  @Test
  void returnsUnmodifiableLists() {
    saved(TestSessions.session("1"));
    List<Activity> entries = store.activity(ActivityQuery.latest(10));
    Activity entry = entries.get(0);
    refused("add", UnsupportedOperationException.class, () -> entries.add(entry));
    refused("clear", UnsupportedOperationException.class, entries::clear);
  }
}
