package io.vibee.session.testkit.memory;

import io.vibee.session.Activity;
import io.vibee.session.ActivityQuery;
import io.vibee.session.KeyRotation;
import io.vibee.session.ManagedSessionStore;
import io.vibee.session.NewKey;
import io.vibee.session.Secret;
import io.vibee.session.Session;
import io.vibee.session.SessionEdit;
import io.vibee.session.SessionEditBuilder;
import io.vibee.session.SessionQuery;
import io.vibee.session.SessionReport;
import io.vibee.session.SessionRevision;
import io.vibee.session.SessionSummary;
import io.vibee.session.testkit.TestSessions;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Performs random operations; the same seed performs the same ones on another store. */
final class RandomOperations {
  private static final List<String> USERS = List.of("1", "2", "ü🙂", "A", "a", "*");
  private static final List<String> SESSIONS =
      List.of("sess_1", "sess_2", "Sess_1", "sess_ü", "none", "", "\0", "\ud800", "*");
  private static final List<String> CHATS =
      List.of(
          "-1001234567890123",
          "@name",
          "9223372036854775808",
          "007",
          "-0",
          "",
          "5",
          "[x",
          "[]",
          "{\"b\": 1.50, \"aa\": [null, true, 1e3, -0.0], \"a\": \"ü\", \"b\": 2}",
          "[1E-7, 12345678901234567890, 1e400]",
          "{\"a\":\"\\u0000\"}",
          "{} trailing",
          "{\"\\ud800\":1}",
          "[1e999999]",
          "\"text\"",
          "null");
  private static final List<Map<String, ?>> DETAILS =
      List.of(
          Map.of(),
          Map.of("chat", "@name", "n", 1, "big", Long.MAX_VALUE, "f", 1.5),
          Map.of("list", Arrays.asList(1, null, "x", Map.of("deep", List.of()))),
          Map.of("decimal", new BigDecimal("1.500"), "small", new BigDecimal("1E-9")),
          Map.of("zero", "\0"),
          Map.of("path", "C:\\u0000"),
          Map.of("object", new Object()),
          Map.of("time", Duration.ofSeconds(1)));

  private final Random random;
  private final ManagedSessionStore store;
  private final KeyRotation keys;
  private String last = "";

  RandomOperations(Random random, ManagedSessionStore store, KeyRotation keys) {
    this.random = random;
    this.store = store;
    this.keys = keys;
  }

  /** Describes what {@link #next} did last. */
  String last() {
    return last;
  }

  Object next() {
    ManagedSessionStore as = random.nextInt(4) == 0 ? store.actingAs("ops") : store;
    String sessionId = one(SESSIONS);
    String userId = one(USERS);
    return switch (random.nextInt(20)) {
      case 0, 1, 2 -> named("save", as.save(session()));
      case 3, 4, 5 -> named("edit", as.edit(edit(userId)));
      case 6 -> named("activate " + sessionId, as.activate(sessionId));
      case 7 -> named("deactivate " + sessionId, as.deactivate(sessionId));
      case 8 -> named("delete " + sessionId, as.delete(sessionId));
      case 9 -> named("touch", as.touch(some(SESSIONS)));
      case 10, 11 -> named("report", as.report(reports()));
      case 12 -> named("mark " + sessionId, as.markAuthorized(sessionId, random.nextBoolean()));
      case 13 -> record(as, sessionId);
      case 14 -> named("find user " + userId, as.findByUserId(userId));
      case 15 -> named("find " + sessionId, as.findBySessionId(sessionId));
      case 16 -> named("list", as.list(query()));
      case 17 -> named("summary", as.summaryOfSession(sessionId));
      case 18 -> named("keys", keyOperation());
      default -> named("log", as.activity(logQuery(sessionId)));
    };
  }

  private Object named(String name, Object result) {
    last = name;
    return result;
  }

  private Object record(ManagedSessionStore as, String sessionId) {
    String type = one(List.of("login", "x".repeat(50), "x".repeat(51), " ", "a\nb", "🙂"));
    Map<String, ?> details = one(DETAILS);
    last = "record " + type + " " + details;
    as.recordActivity(sessionId, type, details);
    return "recorded";
  }

  private Object keyOperation() {
    int version = 1 + random.nextInt(4);
    return switch (random.nextInt(5)) {
      case 0 -> keys.changeKey(NewKey.generated());
      case 1 -> keys.changeKey(NewKey.inDatabase(Secret.of("made-up-key-".repeat(3) + version)));
      case 2 -> keys.rotate();
      case 3 -> keys.prune(version);
      default -> keys.keys();
    };
  }

  private Session session() {
    return TestSessions.builder(one(List.of("1", "2", "ü🙂", "A", "a")))
        .sessionId(one(List.of("sess_1", "sess_2", "Sess_1", "sess_ü")))
        .apiHash(TestSessions.apiHash(one(List.of("1", "2"))))
        .phone(one(Arrays.asList("+10005550123", null)))
        .active(random.nextInt(3) > 0)
        .authorized(random.nextBoolean())
        .digitalTwinEnabled(random.nextInt(4) == 0)
        .targetChats(random.nextBoolean() ? List.of() : some(CHATS))
        .build();
  }

  private SessionEdit edit(String userId) {
    SessionEditBuilder edit = SessionEdit.of(userId);
    if (random.nextBoolean()) edit.sessionId(one(List.of("sess_1", "sess_2", "sess_ü")));
    if (random.nextBoolean()) edit.apiId(1 + random.nextInt(2));
    if (random.nextBoolean()) edit.apiHash(TestSessions.apiHash(one(List.of("1", "2"))));
    if (random.nextInt(3) == 0) edit.username(one(Arrays.asList("name", null)));
    if (random.nextInt(3) == 0) edit.active(random.nextBoolean());
    if (random.nextInt(3) == 0) edit.authorized(random.nextBoolean());
    if (random.nextInt(3) == 0) edit.autoReplyEnabled(random.nextBoolean());
    if (random.nextInt(3) == 0) edit.targetChats(some(CHATS));
    int expecting = random.nextInt(6);
    if (expecting == 0) edit.expecting(SessionRevision.NONE);
    if (expecting == 1) store.summaryOfUser(userId).ifPresent(s -> edit.expecting(s.at()));
    return edit.build();
  }

  /**
   * Makes reports of one session: entries of several have no order, since one statement writes
   * them.
   */
  private List<SessionReport> reports() {
    List<SessionReport> reports = new ArrayList<>();
    String id = one(SESSIONS);
    for (int i = random.nextInt(3); i >= 0; i--) {
      SessionReport held = SessionReport.held(id);
      SessionReport known =
          one(List.of(held, SessionReport.authorized(id), SessionReport.notAuthorized(id)));
      SessionReport failed = SessionReport.failed(id, "bridge: 502");
      reports.add(known.andThen(one(List.of(held, held, failed))));
    }
    return reports;
  }

  private SessionQuery query() {
    int limit = 1 + random.nextInt(3);
    SessionQuery first =
        one(
            List.of(
                SessionQuery.all(limit), SessionQuery.active(limit), SessionQuery.inactive(limit)));
    List<SessionSummary> page = store.list(first);
    return page.isEmpty() ? first : first.after(page.get(page.size() - 1).id());
  }

  private ActivityQuery logQuery(String sessionId) {
    ActivityQuery query = ActivityQuery.latest(1 + random.nextInt(5));
    return random.nextBoolean() ? query : query.ofSession(sessionId);
  }

  private <T extends @Nullable Object> T one(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  private List<String> some(List<String> choices) {
    return IntStream.range(0, 1 + random.nextInt(3)).mapToObj(i -> one(choices)).toList();
  }

  /** Returns everything that the store holds in the end. */
  String everything() {
    List<Object> all = new ArrayList<>();
    store.forEach(all::add, all::add);
    all.add(store.list(SessionQuery.all(1000)));
    all.add(store.counts());
    all.add(keys.keys());
    List<Activity> log = store.activity(ActivityQuery.latest(1000));
    all.add(log);
    Instant from = Instant.now().minus(Duration.ofHours(1));
    all.add(store.activityCounts(from, Duration.ofHours(2), 1));
    return Described.of(all);
  }
}
