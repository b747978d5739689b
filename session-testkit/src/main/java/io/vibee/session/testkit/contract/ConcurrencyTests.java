package io.vibee.session.testkit.contract;

import static java.util.Collections.nCopies;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.Activity;
import io.vibee.session.SaveResult;
import io.vibee.session.Session;
import io.vibee.session.SessionConflictException;
import io.vibee.session.testkit.TestSessions;
import io.vibee.session.testkit.contract.Threads.Outcome;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tests saves and log entries of many threads at once. */
abstract class ConcurrencyTests extends LimitsTests {
  private static final int ROUNDS = 10;

  private static <T> List<T> results(List<Outcome<T>> outcomes) {
    return outcomes.stream().map(Outcome::orThrow).toList();
  }

  @Test
  void savesOfOneUserAtOnceLeaveOneSession() {
    List<SaveResult<Session>> saves = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      String phone = "+" + round + "-";
      saves.addAll(
          results(
              Threads.together(
                  i -> () -> store.save(TestSessions.builder("1").phone(phone + i).build()))));
    }
    assertThat(saves).filteredOn(SaveResult::created).as("saves that added it").hasSize(1);
    assertThat(activeUsers()).containsExactly("1");
    assertThat(found("1").revision())
        .as("each save was a change of its own")
        .isEqualTo(ROUNDS * Threads.COUNT);
    assertThat(types("sess_1")).as("one entry for each").hasSize(ROUNDS * Threads.COUNT);
    assertThat(saves).extracting(save -> save.session().revision()).doesNotHaveDuplicates();
  }

  @Test
  void firstSavesOfOneSessionAtOnceAddItOnce() {
    for (int round = 0; round < ROUNDS; round++) {
      Session session = TestSessions.session("r" + round);
      List<SaveResult<Session>> saves = results(Threads.together(i -> () -> store.save(session)));
      assertThat(saves).filteredOn(SaveResult::created).as("saves that added it").hasSize(1);
      assertThat(types(session.sessionId())).containsExactly("session_created");
    }
  }

  @Test
  void ofSavesOfOneChangeAtOnceOneTellsIt() {
    saved(TestSessions.session("1"));
    for (int round = 0; round < ROUNDS; round++) {
      Session session = TestSessions.builder("1").phone("+" + round).build();
      List<SaveResult<Session>> saves = results(Threads.together(i -> () -> store.save(session)));
      assertThat(saves)
          .filteredOn(save -> save.outcome() == SaveResult.Outcome.UPDATED)
          .as("saves that changed it")
          .hasSize(1);
      assertThat(saves).filteredOn(SaveResult::created).as("saves that added it").isEmpty();
      assertThat(saves).extracting(SaveResult::session).containsOnly(found("1"));
    }
  }

  @Test
  void onlyOneOfTheUsersSavingASessionIdAtOnceGetsIt() {
    for (int round = 0; round < ROUNDS; round++) {
      String id = "sess_" + round;
      String user = round + "-";
      List<Outcome<SaveResult<Session>>> outcomes =
          Threads.together(
              i -> () -> store.save(TestSessions.builder(user + i).sessionId(id).build()));
      List<Outcome<SaveResult<Session>>> failed =
          outcomes.stream().filter(o -> o.thrown() != null).toList();
      assertThat(failed)
          .as("all others")
          .hasSize(Threads.COUNT - 1)
          .allMatch(o -> o.thrown() instanceof SessionConflictException);
      assertThat(types(id)).containsExactly("session_created");
    }
    assertThat(activeUsers()).hasSize(ROUNDS);
  }

  @Test
  void savesThatSwapSessionIdsAtOnceDoNotBlockEachOther() {
    for (String user : List.of("1", "2")) saved(TestSessions.session(user));
    Threads.<Boolean>together(i -> () -> movedTo("" + (1 + i % 2), "sess_" + (1 + i / 2 % 3)))
        .forEach(Outcome::orThrow);
    Set<String> ids = new HashSet<>(List.of(found("1").sessionId(), found("2").sessionId()));
    assertThat(ids).as("two sessions have two ids").hasSize(2);
  }

  private boolean movedTo(String user, String id) {
    try {
      store.save(TestSessions.builder(user).sessionId(id).build());
      return true;
    } catch (SessionConflictException e) {
      return false;
    }
  }

  @Test
  void noEntryOfManyThreadsIsLost() {
    saved(TestSessions.session("1"));
    Threads.<Boolean>together(
            i ->
                () -> {
                  for (int n = 0; n < ROUNDS; n++) {
                    store.recordActivity("sess_1", "t" + i, Map.of("n", n));
                  }
                  return true;
                })
        .forEach(Outcome::orThrow);
    List<Activity> entries = log("sess_1");
    assertThat(entries).hasSize(1 + ROUNDS * Threads.COUNT);
    assertThat(entries).extracting(Activity::id).doesNotHaveDuplicates();
    assertThat(entries).extracting(entry -> entry.type() + entry.details()).doesNotHaveDuplicates();
  }

  @Test
  void aStreamSeesEachSessionOnceWhileOthersWrite() {
    List<Session> steady = TestSessions.sessions(40);
    steady.forEach(store::save);
    List<Callable<List<String>>> calls = new ArrayList<>(nCopies(4, this::activeUsers));
    IntStream.range(0, 4).forEach(i -> calls.add(() -> savesAndDeletes("w" + i)));
    for (List<String> seen : results(Threads.together(calls)).subList(0, 4)) {
      assertThat(seen).doesNotHaveDuplicates();
      assertThat(seen)
          .filteredOn(user -> !user.startsWith("w"))
          .containsExactlyElementsOf(steady.stream().map(Session::userId).toList());
    }
  }

  private List<String> savesAndDeletes(String user) {
    for (int n = 0; n < ROUNDS; n++) {
      store.save(TestSessions.session(user));
      store.touch(List.of(TestSessions.sessionId(TestSessions.USER_ID)));
      store.delete(TestSessions.sessionId(user));
    }
    return List.of();
  }
}
