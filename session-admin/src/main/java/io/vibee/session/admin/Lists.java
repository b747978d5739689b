package io.vibee.session.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vibee.session.Activity;
import io.vibee.session.ActivityQuery;
import io.vibee.session.ManagedSessionStore;
import io.vibee.session.SessionQuery;
import io.vibee.session.SessionSummary;
import io.vibee.session.admin.http.Json;
import io.vibee.session.admin.http.Query;
import io.vibee.session.admin.http.Response;
import io.vibee.session.json.SessionJson;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Implements the calls that list sessions and the activity log, page by page. */
final class Lists {
  private static final int DEFAULT_LIMIT = 100;

  private final ManagedSessionStore store;
  private final Readability readability;
  private final ListedFleet fleet;

  Lists(ManagedSessionStore store, Readability readability) {
    this.store = store;
    this.readability = readability;
    this.fleet = new ListedFleet(store);
  }

  Response sessions(Call call) {
    int limit = call.query().number("limit", 1, SessionQuery.MAXIMUM, DEFAULT_LIMIT);
    long after = after(call.query());
    SessionQuery query =
        switch (call.query().word("active", List.of("true", "all", "false"), "true")) {
          case "all" -> SessionQuery.all(limit);
          case "false" -> SessionQuery.inactive(limit);
          default -> SessionQuery.active(limit);
        };
    List<SessionSummary> found = store.list(query.after(after));
    Readability.@Nullable All all = found.isEmpty() ? null : readability.all();
    ObjectNode json = Json.object();
    ArrayNode sessions = json.putArray("sessions");
    for (SessionSummary session : found) {
      sessions.add(
          SessionAnswer.write(session, all == null ? Readability.State.UNKNOWN : all.of(session)));
    }
    json.put("next", next(found, query));
    boolean withFleet =
        call.query().word("fleet", List.of("true", "false"), "false").equals("true");
    if (withFleet) fleet.addTo(json, found);
    return Response.json(200, json.toString());
  }

  /**
   * Returns the next page's cursor. A full page may be the last one; then the next is empty. A
   * short one may still have a next.
   */
  private @Nullable String next(List<SessionSummary> found, SessionQuery query) {
    if (found.isEmpty()) return null;
    long last = found.get(found.size() - 1).id();
    boolean more =
        found.size() == query.limit() || !store.list(query.after(last).limit(1)).isEmpty();
    return more ? cursor(last) : null;
  }

  /** Encodes where a page ended: opaque, so that clients do not rely on what it stands for. */
  private static String cursor(long id) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(ByteBuffer.allocate(Long.BYTES).putLong(id).array());
  }

  /** Returns the id in the parameter "after"; the lowest possible one if it is absent. */
  private static long after(Query query) {
    @Nullable String text = query.text("after");
    if (text == null) return Long.MIN_VALUE;
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(text);
      long id = bytes.length == Long.BYTES ? ByteBuffer.wrap(bytes).getLong() : -1;
      if (id >= 0 && cursor(id).equals(text)) return id;
    } catch (IllegalArgumentException e) {
      // Not one of ours.
    }
    throw Query.wrong("after", "must be a \"next\" that this server gave");
  }

  Response activity(Call call) {
    ActivityQuery query = query(call);
    return page(query, store.activity(query));
  }

  Response activityOfSession(Call call) {
    ActivityQuery query = query(call).ofSession(call.id());
    List<Activity> found = store.activity(query);
    if (found.isEmpty()
        && store.summaryOfSession(call.id()).isEmpty()
        && store.activity(ActivityQuery.latest(1).ofSession(call.id())).isEmpty()) {
      throw StoreErrors.notFound();
    }
    return page(query, found);
  }

  private static ActivityQuery query(Call call) {
    int limit = call.query().number("limit", 1, ActivityQuery.MAXIMUM, DEFAULT_LIMIT);
    return ActivityQuery.latest(limit).before(call.query().id("before", Long.MAX_VALUE));
  }

  private static Response page(ActivityQuery query, List<Activity> found) {
    ObjectNode json = Json.object();
    ArrayNode entries = json.putArray("activity");
    found.forEach(entry -> entries.add(write(entry)));
    if (found.size() < query.limit()) json.putNull("next");
    else json.put("next", found.get(found.size() - 1).id());
    return Response.json(200, json.toString());
  }

  private static ObjectNode write(Activity entry) {
    ObjectNode json = Json.object();
    json.put("id", entry.id());
    json.put("session_id", entry.sessionId());
    json.put("user_id", entry.userId());
    json.put("activity_type", entry.type());
    json.set("details", Json.value(entry.details()));
    json.put("created_at", SessionJson.time(entry.createdAt()));
    return json;
  }
}
