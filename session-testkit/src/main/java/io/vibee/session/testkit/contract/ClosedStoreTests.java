package io.vibee.session.testkit.contract;

import static io.vibee.session.testkit.contract.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.vibee.session.Activity;
import io.vibee.session.ActivityQuery;
import io.vibee.session.SessionReport;
import io.vibee.session.SessionStore;
import io.vibee.session.testkit.TestSessions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tests whether a store can be used: the check, passing null, and closing. */
abstract class ClosedStoreTests extends AbilityTests {

  private Map<String, ThrowingCallable> everyMethod() {
    Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
    calls.put("findByUserId", () -> store.findByUserId("1"));
    calls.put("findBySessionId", () -> store.findBySessionId("sess_1"));
    calls.put("find of an id that cannot exist", () -> store.findByUserId("\0"));
    calls.put("forEachActive", () -> store.forEachActive(session -> {}, unreadable -> {}));
    calls.put("forEachById", () -> store.forEachById(List.of("sess_1"), s -> {}, u -> {}));
    calls.put("save", () -> store.save(TestSessions.session("2")));
    calls.put("activate", () -> store.activate("sess_1"));
    calls.put("deactivate", () -> store.deactivate("sess_1"));
    calls.put("delete", () -> store.delete("sess_1"));
    calls.put("touch", () -> store.touch(List.of("sess_1")));
    calls.put("touch of none", () -> store.touch(List.of()));
    calls.put("report", () -> store.report(List.of(SessionReport.held("sess_1"))));
    calls.put("report of none", () -> store.report(List.of()));
    calls.put("markAuthorized", () -> store.markAuthorized("sess_1", true));
    calls.put("recordActivity", () -> store.recordActivity("sess_1", Activity.LOGIN, Map.of()));
    calls.put("activity", () -> store.activity(ActivityQuery.latest(1)));
    calls.put("check", store::check);
    return calls;
  }

  @Test
  void checkReturnsWhenTheStoreCanBeUsed() {
    assertThatCode(store::check).doesNotThrowAnyException();
    saved(TestSessions.session("1"));
    assertThatCode(store::check).doesNotThrowAnyException();
  }

  @Test
  void refusesEveryCallAfterClose() {
    saved(TestSessions.session("1"));
    store.close();
    everyMethod().forEach((name, call) -> refused(name, IllegalStateException.class, call));
  }

  @Test
  void refusesEveryCallAfterACloseBeforeTheFirstUse() {
    // What a store does at its first use, such as connecting, must not happen any more.
    SessionStore unused = createStore();
    unused.close();
    refused(IllegalStateException.class, () -> unused.findByUserId("1"));
    refused(IllegalStateException.class, unused::check);
  }

  @Test
  void closesTwice() {
    store.close();
    assertThatCode(store::close).doesNotThrowAnyException();
    refused(IllegalStateException.class, () -> store.findByUserId("1"));
  }

  @Test
  @SuppressWarnings("NullAway")
  void refusesNull() {
    String id = "sess_1";
    Map<String, @Nullable ThrowingCallable> calls = new LinkedHashMap<>();
    calls.put("findByUserId", () -> store.findByUserId(null));
    calls.put("findBySessionId", () -> store.findBySessionId(null));
    calls.put("forEachActive without the first", () -> store.forEachActive(null, u -> {}));
    calls.put("forEachActive without the second", () -> store.forEachActive(s -> {}, null));
    calls.put("forEachById without ids", () -> store.forEachById(null, s -> {}, u -> {}));
    calls.put("forEachById without the first", () -> store.forEachById(List.of(), null, u -> {}));
    calls.put("forEachById without the second", () -> store.forEachById(List.of(), s -> {}, null));
    calls.put("save", () -> store.save(null));
    calls.put("activate", () -> store.activate(null));
    calls.put("deactivate", () -> store.deactivate(null));
    calls.put("delete", () -> store.delete(null));
    calls.put("touch", () -> store.touch(null));
    calls.put("report", () -> store.report(null));
    calls.put("markAuthorized", () -> store.markAuthorized(null, true));
    calls.put("recordActivity without an id", () -> store.recordActivity(null, "x", Map.of()));
    calls.put("recordActivity without a type", () -> store.recordActivity(id, null, Map.of()));
    calls.put("recordActivity without details", () -> store.recordActivity(id, "x", null));
    calls.put("activity", () -> store.activity(null));
    calls.put("as", () -> store.as(null));
    saved(TestSessions.session("1"));
    calls.forEach((name, call) -> refused(name, NullPointerException.class, call));
  }
}
