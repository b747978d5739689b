package io.vibee.session.testkit.contract;

import static io.vibee.session.testkit.contract.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.Session;
import io.vibee.session.SessionCounts;
import io.vibee.session.SessionQuery;
import io.vibee.session.SessionSummary;
import io.vibee.session.testkit.TestSessions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Tests showing sessions, one by one or page by page, and counting them. */
abstract class SummaryTests extends ActorTests {

  final SessionSummary summary(String userId) {
    return store
        .summaryOfUser(userId)
        .orElseThrow(() -> new AssertionError("no summary of user " + userId));
  }

  private List<String> users(SessionQuery query) {
    return store.list(query).stream().map(SessionSummary::userId).toList();
  }

  private static SessionSummary summaryOf(Session session, long id) {
    return SessionSummary.builder(id, session.userId(), session.sessionId(), session.apiId())
        .username(session.username())
        .phone(session.phone())
        .active(session.active())
        .authorized(session.authorized())
        .digitalTwinEnabled(session.digitalTwinEnabled())
        .autoReplyEnabled(session.autoReplyEnabled())
        .targetChats(session.targetChats())
        .lastSeenAt(session.lastSeenAt())
        .stored(
            Objects.requireNonNull(session.createdAt(), "createdAt"),
            Objects.requireNonNull(session.updatedAt(), "updatedAt"),
            session.revision(),
            session.keyVersion())
        .build();
  }

  @Test
  void showsEveryValueButTheHash() {
    saved(TestSessions.session("1"));
    saved(Samples.full("2"));
    store.touch(List.of("sess_2"));
    store.markAuthorized("sess_2", false);
    for (String user : List.of("1", "2")) {
      SessionSummary summary = summary(user);
      assertThat(summary).isEqualTo(summaryOf(found(user), summary.id()));
      assertThat(store.summaryOfSession(summary.sessionId())).contains(summary);
    }
    assertThat(store.list(SessionQuery.all(10))).containsExactly(summary("1"), summary("2"));
  }

  @Test
  void showsNothingByUnknownIds() {
    saved(TestSessions.session("1"));
    saved(TestSessions.builder("?").sessionId("?").build());
    for (String id : Samples.UNKNOWN_IDS) {
      assertThat(store.summaryOfUser(id)).as("user <%.40s>", id).isEmpty();
      assertThat(store.summaryOfSession(id)).as("session <%.40s>", id).isEmpty();
    }
    saved(TestSessions.builder("a").sessionId("b").build());
    for (String id : List.of("A", "B", "a ", "\0")) {
      assertThat(store.summaryOfUser(id)).as("user <%s>", id).isEmpty();
      assertThat(store.summaryOfSession(id)).as("session <%s>", id).isEmpty();
    }
    assertThat(store.summaryOfUser("b")).as("a session's id").isEmpty();
    assertThat(store.summaryOfSession("a")).as("a user's id").isEmpty();
  }

  @Test
  void listsInTheOrderOfAdding() {
    for (String user : List.of("9", "10", "b", "a")) saved(TestSessions.session(user));
    assertThat(users(SessionQuery.all(10))).containsExactly("9", "10", "b", "a");
    saved(TestSessions.builder("9").sessionId("sess_z").build());
    store.deactivate("sess_10");
    assertThat(users(SessionQuery.all(10))).as("changed").containsExactly("9", "10", "b", "a");
    store.delete("sess_z");
    saved(TestSessions.session("9"));
    assertThat(users(SessionQuery.all(10))).as("again").containsExactly("10", "b", "a", "9");
    assertThat(store.list(SessionQuery.all(10)))
        .extracting(SessionSummary::id)
        .isSorted()
        .doesNotHaveDuplicates();
  }

  @Test
  void listsPageByPage() {
    for (int i = 9; i > 0; i--) saved(TestSessions.builder("" + i).active(i % 3 != 0).build());
    for (int size : List.of(1, 2, 3, 6, 9, 10)) {
      assertThat(paged(SessionQuery.all(size)))
          .as("pages of %s", size)
          .containsExactly("9", "8", "7", "6", "5", "4", "3", "2", "1");
      assertThat(paged(SessionQuery.active(size)))
          .as("pages of %s active ones", size)
          .containsExactly("8", "7", "5", "4", "2", "1");
      assertThat(paged(SessionQuery.inactive(size)))
          .as("pages of %s inactive ones", size)
          .containsExactly("9", "6", "3");
    }
  }

  private List<String> paged(SessionQuery first) {
    List<String> users = new ArrayList<>();
    SessionQuery query = first;
    while (true) {
      List<SessionSummary> page = store.list(query);
      assertThat(page).as("a page").hasSizeLessThanOrEqualTo(first.limit());
      page.forEach(session -> users.add(session.userId()));
      assertThat(users).as("no session is on two pages").doesNotHaveDuplicates();
      if (page.isEmpty()) return users;
      query = query.after(page.get(page.size() - 1).id());
    }
  }

  @Test
  void aPageStartsAfterASessionThatIsGone() {
    for (String user : List.of("1", "2", "3")) saved(TestSessions.session(user));
    long id = summary("2").id();
    store.delete("sess_2");
    assertThat(users(SessionQuery.all(10).after(id))).containsExactly("3");
    assertThat(users(SessionQuery.all(10).after(Long.MAX_VALUE))).isEmpty();
  }

  @Test
  void returnsUnmodifiablePages() {
    saved(TestSessions.session("1"));
    List<SessionSummary> page = store.list(SessionQuery.all(10));
    SessionSummary first = page.get(0);
    refused("add", UnsupportedOperationException.class, () -> page.add(first));
    refused("clear", UnsupportedOperationException.class, page::clear);
  }

  @Test
  void countsSessionsByState() {
    assertThat(store.counts()).isEqualTo(new SessionCounts(0, 0, 0));
    for (int i = 0; i < 6; i++) {
      saved(TestSessions.builder("" + i).active(i > 1).authorized(i % 3 == 0).build());
    }
    // 2 to 5 are active, and 3 of them is authorized; so is 0, which is inactive.
    assertThat(store.counts()).isEqualTo(new SessionCounts(1, 3, 2));
    store.markAuthorized("sess_4", true);
    store.activate("sess_0");
    store.delete("sess_5");
    assertThat(store.counts()).isEqualTo(new SessionCounts(3, 1, 1));
  }
}
