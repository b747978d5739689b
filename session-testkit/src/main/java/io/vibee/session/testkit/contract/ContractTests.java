package io.vibee.session.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.Activity;
import io.vibee.session.ActivityQuery;
import io.vibee.session.Session;
import io.vibee.session.SessionStore;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * Base of all contracts: makes a new store for each test, and closes it afterwards.
 *
 * <p>The tests of a contract are a chain of classes, one per theme, that ends in the public one. If
 * they were nested classes, build tools would report a failed test under the nested class, whose
 * name is the same for every store.
 */
abstract class ContractTests<S extends SessionStore> {
  /** The newest entry before the test; some stores have entries about their first key. */
  private long newestBefore;

  S store;

  /**
   * Makes a store, which the contract closes.
   *
   * @return a store without sessions
   */
  protected abstract S createStore();

  @BeforeEach
  void createStoreOfThisTest() {
    store = createStore();
    newestBefore = log().stream().mapToLong(Activity::id).max().orElse(Long.MIN_VALUE);
  }

  @AfterEach
  void closeStoreOfThisTest() {
    if (store != null) store.close();
  }

  Session saved(Session session) {
    return store.save(session).session();
  }

  Session found(String userId) {
    return store.findByUserId(userId).orElseThrow(() -> new AssertionError("no user " + userId));
  }

  /** Returns what this test has added to the log, newest first. */
  final List<Activity> log() {
    return store.activity(ActivityQuery.latest(ActivityQuery.MAXIMUM)).stream()
        .filter(entry -> entry.id() > newestBefore)
        .toList();
  }

  final List<Activity> log(String sessionId) {
    return log().stream().filter(entry -> entry.sessionId().equals(sessionId)).toList();
  }

  final List<String> types(String sessionId) {
    return log(sessionId).stream().map(Activity::type).toList();
  }

  final Activity newest(String sessionId) {
    List<Activity> entries = log(sessionId);
    if (entries.isEmpty()) throw new AssertionError("the log has no entry of " + sessionId);
    return entries.get(0);
  }

  /** Checks that the newest entry about a session says that this value changed, and no other. */
  final void assertLogged(String sessionId, String changed) {
    assertThat(newest(sessionId).details().get("changed"))
        .as("what changed, of an entry of " + newest(sessionId).type())
        // A hash that is sealed to the ids of its session changes along with them.
        .isIn(
            changed.equals("session_id") || changed.equals("api_id")
                ? List.of(List.of(changed), List.of(changed, "api_hash"))
                : List.of(List.of(changed)));
  }

  /** Streams the active sessions, all of which must be readable, and returns their users. */
  final List<String> activeUsers() {
    List<String> users = new ArrayList<>();
    store.forEachActive(
        session -> users.add(session.userId()),
        unreadable -> {
          throw new AssertionError(unreadable.toString());
        });
    return users;
  }
}
