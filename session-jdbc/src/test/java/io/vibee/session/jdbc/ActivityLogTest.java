package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.Activity;
import io.vibee.session.ActivityQuery;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ActivityLogTest {
  private final TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
  private final JdbcSessionStore store = database.store();

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void pagesTheLogNewestFirst() {
    store.save(TestSessions.session("1"));
    store.save(TestSessions.session("2"));
    Map<String, Object> details = Map.of("n", 1, "nested", Map.of("list", List.of(true, "x")));
    for (int i = 0; i < 5; i++) store.recordActivity("sess_1", Activity.LOGIN, details);
    List<Activity> page = store.activity(ActivityQuery.latest(4).ofSession("sess_1"));
    List<Activity> rest =
        store.activity(ActivityQuery.latest(4).ofSession("sess_1").before(page.get(3).id()));
    assertThat(page).hasSize(4).allMatch(entry -> entry.details().equals(details));
    assertThat(rest).extracting(Activity::type).containsExactly(Activity.LOGIN, "session_created");
    assertThat(store.activity(ActivityQuery.latest(100))).hasSize(8);
  }

  @Test
  void refusesActivitiesThatCannotBeStored() {
    store.save(TestSessions.session("1"));
    for (String type : Arrays.asList("", " ", "x".repeat(51), "a\0", "a\nfake line")) {
      assertThatThrownBy(() -> store.recordActivity("sess_1", type, Map.of()))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> store.recordActivity("sess_1", "x", Map.of("a", "\0")))
        .isInstanceOf(IllegalArgumentException.class);
    Map<String, String> harmless = Map.of("path", "C:\\u0000", "🙂", "\\\\u0000x");
    store.recordActivity("sess_1", "🙂".repeat(50), harmless);
    assertThat(store.activity(ActivityQuery.latest(1)).get(0).details()).isEqualTo(harmless);
    assertThatThrownBy(() -> store.recordActivity("sess_1", "x", Map.of("a", new Object())))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void readsDetailsThatWereWrittenByHand() {
    store.save(TestSessions.session("1"));
    for (String json : List.of("null", "[1]", "\"x\"", "{}")) {
      database.execute(
          "insert into session_activity (session_id, activity_type, details) values ('sess_1', 'x', '"
              + json
              + "')");
    }
    assertThat(store.activity(ActivityQuery.latest(3)))
        .extracting(entry -> entry.details().toString())
        .containsExactly("{}", "{value=x}", "{value=[1]}");
  }

  @Test
  void deletesASessionAndKeepsItsLog() {
    store.save(TestSessions.session("1"));
    store.recordActivity("sess_1", Activity.MESSAGE_SENT, Map.of("chat", "@name"));
    assertThat(store.delete("sess_1")).isTrue();
    assertThat(store.delete("sess_1")).isFalse();
    assertThat(types("sess_1"))
        .containsExactly("session_deleted", Activity.MESSAGE_SENT, "session_created");
    assertThat(store.activity(ActivityQuery.latest(1)).get(0).userId()).isEqualTo("1");
  }

  private List<String> types(String sessionId) {
    return store.activity(ActivityQuery.latest(100).ofSession(sessionId)).stream()
        .map(Activity::type)
        .toList();
  }
}
