package io.vibee.session.testkit.contract;

import static io.vibee.session.testkit.contract.Refusals.refused;

import io.vibee.session.SessionEdit;
import io.vibee.session.SessionQuery;
import io.vibee.session.testkit.TestSessions;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Tests closing a managed store, and passing null. */
abstract class ClosedManagedStoreTests extends ActivityCountTests {

  @Test
  void refusesEveryCallAfterClose() {
    saved(TestSessions.session("1"));
    Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
    calls.put("actingAs", () -> store.actingAs("ops"));
    calls.put("summaryOfUser", () -> store.summaryOfUser("1"));
    calls.put("summaryOfSession", () -> store.summaryOfSession("sess_1"));
    calls.put("list", () -> store.list(SessionQuery.all(1)));
    calls.put("edit", () -> store.edit(TestSessions.edit("1").build()));
    calls.put(
        "editAll",
        () ->
            store.editAll(List.of(TestSessions.edit("1").build()), saved -> {}, refusedEdit -> {}));
    calls.put("editAll of none", () -> store.editAll(List.of(), saved -> {}, refusedEdit -> {}));
    calls.put("forEach", () -> store.forEach(session -> {}, unreadable -> {}));
    calls.put("counts", store::counts);
    calls.put(
        "activityCounts",
        () -> store.activityCounts(Instant.parse("2026-11-22T00:00:00Z"), Duration.ofDays(1), 1));
    store.close();
    calls.forEach((name, call) -> refused(name, IllegalStateException.class, call));
  }

  @Test
  @SuppressWarnings("NullAway")
  void refusesNull() {
    Instant from = Instant.parse("2026-11-22T00:00:00Z");
    Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
    calls.put("actingAs", () -> store.actingAs(null));
    calls.put("summaryOfUser", () -> store.summaryOfUser(null));
    calls.put("summaryOfSession", () -> store.summaryOfSession(null));
    calls.put("list", () -> store.list(null));
    calls.put("edit", () -> store.edit(null));
    calls.put("editAll", () -> store.editAll(null, saved -> {}, refusedEdit -> {}));
    calls.put(
        "editAll of null",
        () -> store.editAll(Arrays.asList((SessionEdit) null), saved -> {}, refusedEdit -> {}));
    calls.put("editAll without the first", () -> store.editAll(List.of(), null, refusedEdit -> {}));
    calls.put("editAll without the second", () -> store.editAll(List.of(), saved -> {}, null));
    calls.put("forEach without the first", () -> store.forEach(null, unreadable -> {}));
    calls.put("forEach without the second", () -> store.forEach(session -> {}, null));
    calls.put(
        "activityCounts without a start", () -> store.activityCounts(null, Duration.ofDays(1), 1));
    calls.put("activityCounts without a span", () -> store.activityCounts(from, null, 1));
    calls.forEach((name, call) -> refused(name, NullPointerException.class, call));
  }
}
