package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.Activity;
import io.vibee.session.ActivityQuery;
import io.vibee.session.Session;
import io.vibee.session.SessionQuery;
import io.vibee.session.SessionSummary;
import io.vibee.session.UnreadableSession;
import io.vibee.session.UnreadableSessionException;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whoever may write cannot make reading cost more than it has to, nor hide the other sessions. */
class LongValuesTest {
  private static final int MEGABYTES = 20;

  /** Rows that a database may still hold from before there was a limit. */
  private static TestDatabase withLongEntries(Postgres postgres) {
    TestDatabase database = postgres.createDatabase();
    database.execute(TestDatabase.resource("schema-version-4.sql"));
    database.insertMany(3);
    database.execute(
        """
        insert into session_activity (session_id, activity_type, details)
          select 'sess_1', 'long', jsonb_build_object('text', repeat('x', %d)) from generate_series(1, 3);
        update user_sessions
           set target_chats = (select jsonb_agg(i) from generate_series(1, 4000000) i) where user_id = '2'
        """
            .formatted(MEGABYTES * 1_000_000));
    database.migrate();
    return database;
  }

  @ParameterizedTest
  @EnumSource
  void areLeftOutOfWhatIsRead(Postgres postgres) {
    TestDatabase database = withLongEntries(postgres);
    List<String> readable = new ArrayList<>();
    List<UnreadableSession> unreadable = new ArrayList<>();
    try (JdbcSessionStore store = database.store()) {
      // Whatever fails must not be printed: reports of 60 MB are lost.
      List<Boolean> cut =
          store.activity(ActivityQuery.latest(10)).stream()
              .filter(entry -> entry.type().equals("long"))
              .map(Activity::details)
              .map(Map.of("truncated_bytes", MEGABYTES * 1_000_000 + 12)::equals)
              .toList();
      assertThat(cut).containsExactly(true, true, true);

      store.forEach(session -> readable.add(session.userId()), unreadable::add);
      assertThat(readable).containsExactly("1", "3");
      assertThat(unreadable)
          .singleElement()
          .satisfies(
              row -> {
                assertThat(row.userId()).isEqualTo("2");
                assertThat(row.reason()).isEqualTo(UnreadableSession.Reason.INVALID_VALUES);
              });
      assertThatThrownBy(() -> store.findByUserId("2"))
          .isInstanceOf(UnreadableSessionException.class);
      assertThat(store.list(SessionQuery.all(10))).hasSize(3);
      assertThat(store.touch(List.of("sess_1", "sess_2", "sess_3")))
          .as("a heartbeat asks for nothing but the time")
          .isEqualTo(3);
      assertThat(store.deactivate("sess_2")).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void areRefusedFromNowOn(Postgres postgres) {
    TestDatabase database = TestDatabase.migrated(postgres);
    database.insertMany(1);
    assertThat(
            database.failure(
                "insert into session_activity (session_id, activity_type, details)"
                    + " values ('*', 'x', jsonb_build_object('text', repeat('x', 70000)))"))
        .contains("session_activity_details_length");
    assertThat(
            database.failure(
                "update user_sessions set target_chats = (select jsonb_agg(i) from generate_series(1, 50000) i)"))
        .contains("target_chats of user \"1\" is longer than 262,144 bytes");
    // Each takes two bytes as stored and nine as shown.
    assertThat(
            database.failure(
                "insert into session_activity (session_id, activity_type, details)"
                    + " values ('*', 'x', '[1e131071, 1e131071]')"))
        .contains("session_activity_details_length");
    try (JdbcSessionStore store = database.store()) {
      Session session = TestSessions.session("1");
      // Each quotation mark is two bytes of JSON.
      List<String> chats = Collections.nCopies(60, "\"".repeat(4000));
      assertThatThrownBy(() -> store.save(session.toBuilder().targetChats(chats).build()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("target_chats of user \"1\" is longer than 262,144 bytes");
      assertThatThrownBy(
              () ->
                  session.toBuilder()
                      .targetChats(Collections.nCopies(65, "x".repeat(4096)))
                      .build())
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @ParameterizedTest
  @EnumSource
  void ofSessionsEndAPageEarly(Postgres postgres) {
    TestDatabase database = TestDatabase.migrated(postgres);
    database.insertMany(40);
    database.execute(
        "update user_sessions set target_chats = jsonb_build_array(repeat('x', 262000)) where id > 3");
    List<Integer> pages = new ArrayList<>();
    List<String> users = new ArrayList<>();
    try (JdbcSessionStore store = database.store()) {
      SessionQuery query = SessionQuery.all(100);
      List<SessionSummary> page = store.list(query);
      while (!page.isEmpty()) {
        pages.add(page.size());
        page.forEach(session -> users.add(session.userId()));
        query = query.after(page.get(page.size() - 1).id());
        page = store.list(query);
      }
      assertThat(store.list(SessionQuery.active(5))).hasSize(5);
    }
    assertThat(pages).containsExactly(20, 17, 3);
    assertThat(users).hasSize(40).doesNotHaveDuplicates();
  }

  /** A number that is short as sent, but has more digits than a reader takes. */
  @ParameterizedTest
  @EnumSource
  void ofNumbersThatCouldNotBeReadBackAreNotStored(Postgres postgres) {
    TestDatabase database = TestDatabase.migrated(postgres);
    try (JdbcSessionStore store = database.store()) {
      Session session = TestSessions.session("1");
      assertThatThrownBy(
              () -> store.save(session.toBuilder().targetChats(List.of("{\"a\":1e5000}")).build()))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(store.findByUserId("1")).isEmpty();
      store.save(session);
      assertThatThrownBy(
              () -> store.save(session.toBuilder().targetChats(List.of("{\"a\":1e5000}")).build()))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(store.findByUserId("1").orElseThrow().targetChats())
          .isEqualTo(session.targetChats());
    }
  }

  /** A page has a limit too, however many entries it holds. */
  @ParameterizedTest
  @EnumSource
  void ofAPageTogetherAreBounded(Postgres postgres) {
    TestDatabase database = TestDatabase.migrated(postgres);
    database.execute(
        """
        insert into session_activity (session_id, activity_type, details)
          select '*', 'full', jsonb_build_object('text', repeat('x', 60000)) from generate_series(1, 300)
        """);
    try (JdbcSessionStore store = database.store()) {
      List<Activity> page = store.activity(ActivityQuery.latest(200));
      assertThat(page).hasSize(200);
      long whole = page.stream().filter(entry -> entry.details().containsKey("text")).count();
      assertThat(whole).isEqualTo(4_194_304 / 60_012);
      Activity left = page.get(199);
      assertThat(left.details()).isEqualTo(Map.of("truncated_bytes", 60_012));
      assertThat(store.activity(ActivityQuery.latest(1).before(left.id() + 1)).get(0).details())
          .as("by itself it is whole")
          .containsKey("text");
    }
  }
}
