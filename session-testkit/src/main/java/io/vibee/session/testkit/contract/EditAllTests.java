package io.vibee.session.testkit.contract;

import static io.vibee.session.testkit.contract.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.ManagedSessionStore;
import io.vibee.session.RefusedEdit;
import io.vibee.session.SaveResult.Outcome;
import io.vibee.session.Session;
import io.vibee.session.SessionChangedException;
import io.vibee.session.SessionConflictException;
import io.vibee.session.SessionCounts;
import io.vibee.session.SessionEdit;
import io.vibee.session.SessionEditBuilder;
import io.vibee.session.SessionIncompleteException;
import io.vibee.session.SessionQuery;
import io.vibee.session.SessionRevision;
import io.vibee.session.SessionSummary;
import io.vibee.session.testkit.TestSessions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Tests making many edits. */
abstract class EditAllTests extends EditTests {
  /** More than a store should make at once. */
  private static final int MANY = 2_500;

  /** Makes the edits, and returns what became of each, by user, in the order of the calls. */
  final List<String> settled(SessionEdit... edits) {
    return settled(store, Arrays.asList(edits));
  }

  private static List<String> settled(
      ManagedSessionStore store, Iterable<? extends SessionEdit> edits) {
    List<String> settled = new ArrayList<>();
    store.editAll(
        edits,
        saved -> settled.add(saved.session().userId() + " " + saved.outcome()),
        refused -> settled.add(described(refused)));
    return settled;
  }

  private static String described(RefusedEdit refused) {
    // A refusal tells no hash.
    refused(
        RuntimeException.class,
        () -> {
          throw refused.reason();
        });
    return refused.userId() + " " + refused.reason().getClass().getSimpleName();
  }

  private static SessionEdit edit(String userId, String phone) {
    return SessionEdit.of(userId).phone(phone).build();
  }

  private static Stream<SessionEdit> many() {
    return IntStream.rangeClosed(1, MANY).mapToObj(i -> fresh("user_" + i).build());
  }

  private long count() {
    SessionCounts counts = store.counts();
    return counts.active() + counts.inactive();
  }

  @Test
  void manyEditsAddChangeAndLeaveSessions() {
    Session full = Samples.full("3");
    saved(TestSessions.session("1"));
    SessionSummary changed = summary("1");
    saved(full);
    List<SessionSummary> stored = new ArrayList<>();
    List<Outcome> outcomes = new ArrayList<>();
    store.editAll(
        List.of(
            SessionEdit.of("1").phone("+1").username(null).expecting(changed.at()).build(),
            SessionEdit.of(TestSessions.session("2")).build(),
            SessionEdit.of(full).build(),
            fresh("4").expecting(SessionRevision.NONE).targetChats(List.of("-5", "x")).build()),
        saved -> {
          stored.add(saved.session());
          outcomes.add(saved.outcome());
        },
        refused -> {
          throw new AssertionError(refused.toString());
        });
    assertThat(outcomes)
        .containsExactly(Outcome.UPDATED, Outcome.CREATED, Outcome.UNCHANGED, Outcome.CREATED);
    assertThat(stored).containsExactly(summary("1"), summary("2"), summary("3"), summary("4"));
    assertThat(found("1").phone()).isEqualTo("+1");
    assertThat(found("1").apiHash()).isEqualTo(TestSessions.apiHash("1"));
    assertThat(found("1").revision()).isEqualTo(2);
    assertThat(Samples.chosen(found("2"))).isEqualTo(Samples.chosen(TestSessions.session("2")));
    assertThat(Samples.chosen(found("3"))).isEqualTo(Samples.chosen(full));
    assertThat(found("4").targetChats()).containsExactly("-5", "x");
    assertThat(types("sess_1")).containsExactly("session_updated", "session_created");
    assertThat(types("sess_2")).containsExactly("session_created");
    assertThat(types("sess_3")).containsExactly("session_created");
  }

  @Test
  void manyEditsOfEveryValueChangeIt() {
    List<Session> before =
        Stream.of("1", "2", "3").map(TestSessions::session).map(this::saved).toList();
    List<Session> wanted = before.stream().map(session -> Samples.full(session.userId())).toList();
    List<SessionEdit> edits =
        wanted.stream().map(session -> SessionEdit.of(session).build()).toList();
    assertThat(settled(store, edits)).containsExactly("1 UPDATED", "2 UPDATED", "3 UPDATED");
    for (Session session : wanted) {
      assertThat(Samples.chosen(found(session.userId()))).isEqualTo(Samples.chosen(session));
    }
    assertThat(settled(store, edits)).containsExactly("1 UNCHANGED", "2 UNCHANGED", "3 UNCHANGED");
    assertThat(log()).as("log").hasSize(6);
    assertThat(found("3").revision()).isEqualTo(2);
  }

  @Test
  void anEditThatIsRefusedKeepsNoOtherFromBeingMade() {
    saved(TestSessions.session("1"));
    saved(TestSessions.session("2"));
    assertThat(
            settled(
                edit("1", "+1"),
                fresh("3").sessionId("sess_2").build(),
                edit("4", "+4"),
                SessionEdit.of("2").phone("+2").expecting(SessionRevision.NONE).build(),
                fresh("5").expecting(SessionRevision.NONE).build(),
                SessionEdit.of("2").sessionId("sess_1").build()))
        .containsExactly(
            "1 UPDATED",
            "3 " + SessionConflictException.class.getSimpleName(),
            "4 " + SessionIncompleteException.class.getSimpleName(),
            "2 " + SessionChangedException.class.getSimpleName(),
            "5 CREATED",
            "2 " + SessionConflictException.class.getSimpleName());
    assertThat(found("1").phone()).isEqualTo("+1");
    assertThat(Samples.chosen(found("2"))).isEqualTo(Samples.chosen(TestSessions.session("2")));
    assertThat(store.summaryOfUser("3")).isEmpty();
    assertThat(log()).as("log").hasSize(4);
  }

  @Test
  void whatAnEditStoresTheNextOnesFind() {
    saved(TestSessions.session("1"));
    saved(TestSessions.session("2"));
    SessionEditBuilder third = fresh("3");
    assertThat(
            settled(
                third.build(),
                edit("3", "+3"),
                edit("3", "+3"),
                third.expecting(SessionRevision.NONE).build(),
                fresh("4").sessionId("sess_3").build(),
                // The ids change hands.
                SessionEdit.of("1").sessionId("sess_x").build(),
                SessionEdit.of("2").sessionId("sess_1").build(),
                fresh("5").sessionId("sess_2").build()))
        .containsExactly(
            "3 CREATED",
            "3 UPDATED",
            "3 UNCHANGED",
            "3 " + SessionChangedException.class.getSimpleName(),
            "4 " + SessionConflictException.class.getSimpleName(),
            "1 UPDATED",
            "2 UPDATED",
            "5 CREATED");
    assertThat(found("2").sessionId()).isEqualTo("sess_1");
    assertThat(found("5").sessionId()).isEqualTo("sess_2");
    assertThat(found("2").apiHash()).isEqualTo(TestSessions.apiHash("2"));
  }

  @Test
  void twoUsersCannotExchangeTheirSessionIds() {
    saved(TestSessions.session("1"));
    saved(TestSessions.session("2"));
    assertThat(
            settled(
                SessionEdit.of("1").sessionId("sess_2").build(),
                SessionEdit.of("2").sessionId("sess_1").build()))
        .containsExactly("1 SessionConflictException", "2 SessionConflictException");
    assertThat(found("1").sessionId()).isEqualTo("sess_1");
  }

  @Test
  void makesAnyNumberOfEditsInTheirOrder() {
    List<String> expected = many().map(edit -> edit.userId() + " CREATED").toList();
    assertThat(settled(store, () -> many().iterator())).isEqualTo(expected);
    assertThat(count()).isEqualTo(MANY);
    List<SessionSummary> first = store.list(SessionQuery.all(1_000));
    List<SessionSummary> next =
        store.list(SessionQuery.all(1_000).after(first.get(first.size() - 1).id()));
    assertThat(Stream.of(first, next).flatMap(List::stream).map(SessionSummary::userId))
        .containsExactlyElementsOf(
            many().map(SessionEdit::userId).limit(first.size() + next.size()).toList());
    String last = "user_" + MANY;
    assertThat(found(last).apiHash()).isEqualTo(TestSessions.apiHash(last));
    assertThat(settled(store, () -> many().iterator()))
        .allMatch(settled -> settled.endsWith(" UNCHANGED"))
        .hasSize(MANY);
  }

  @Test
  void takesSomeThousandEditsAtATime() {
    class StopException extends RuntimeException {
      private static final long serialVersionUID = 1L;
    }
    List<String> taken = new ArrayList<>();
    Iterator<SessionEdit> endless =
        Stream.iterate(1, i -> i + 1)
            .limit(50_000)
            .map(i -> SessionEdit.of("nobody_" + i).phone("+1").build())
            .peek(edit -> taken.add(edit.userId()))
            .iterator();
    refused(
        StopException.class,
        () ->
            store.editAll(
                () -> endless,
                saved -> {},
                refused -> {
                  throw new StopException();
                }));
    assertThat(taken).as("edits that were taken").hasSizeBetween(1, 10_000);
  }

  @Test
  void anExceptionOfTheEditsEndsThemAndWhatWasHandedOverStays() {
    List<String> users = new ArrayList<>();
    Iterator<SessionEdit> failing =
        Stream.concat(
                many(),
                Stream.of(1)
                    .<SessionEdit>map(
                        one -> {
                          throw new UnsupportedOperationException("of the edits");
                        }))
            .iterator();
    UnsupportedOperationException thrown =
        refused(
            UnsupportedOperationException.class,
            () ->
                store.editAll(
                    () -> failing,
                    saved -> users.add(saved.session().userId()),
                    refused -> users.add("refused")));
    assertThat(thrown).hasMessage("of the edits");
    assertThat(users).doesNotContain("refused");
    assertThat(count()).isEqualTo(users.size());
  }

  @Test
  void consumersOfEditsRunOnTheCallingThreadAndMayCallTheStore() {
    Set<Thread> threads = new HashSet<>();
    List<String> seen = new ArrayList<>();
    store.editAll(
        List.of(fresh("1").build(), edit("2", "+1"), fresh("3").build()),
        saved -> {
          threads.add(Thread.currentThread());
          String sessionId = saved.session().sessionId();
          store.recordActivity(sessionId, "noted", Map.of());
          store.deactivate(sessionId);
          seen.add(sessionId);
        },
        refused -> {
          threads.add(Thread.currentThread());
          seen.add(String.valueOf(count()));
        });
    assertThat(threads).containsExactly(Thread.currentThread());
    assertThat(seen).hasSize(3).startsWith("sess_1").endsWith("sess_3");
    assertThat(types("sess_1")).containsExactly("session_deactivated", "noted", "session_created");
  }

  @Test
  void theLogNamesTheActorOfManyEdits() {
    saved(TestSessions.session("1"));
    settled(
        store.actingAs("ops"), List.of(edit("1", "+1"), fresh("2").build(), fresh("3").build()));
    for (String sessionId : List.of("sess_1", "sess_2", "sess_3")) {
      assertThat(newest(sessionId).details()).containsEntry("actor", "ops");
    }
  }

  @Test
  void twoWhoAddTheSameSessionsAtOnceBothEnd() {
    List<SessionEdit> edits = many().limit(300).toList();
    List<SessionEdit> reversed = new ArrayList<>(edits);
    Collections.reverse(reversed);
    List<Threads.Outcome<List<String>>> results =
        Threads.together(List.of(() -> settled(store, edits), () -> settled(store, reversed)));
    for (var result : results) {
      assertThat(result.orThrow())
          .hasSize(300)
          .allMatch(one -> one.endsWith(" CREATED") || one.endsWith(" UNCHANGED"));
    }
    assertThat(results.stream().flatMap(r -> r.orThrow().stream()))
        .filteredOn(one -> one.endsWith(" CREATED"))
        .hasSize(300);
    assertThat(log()).as("log").hasSize(300);
  }
}
