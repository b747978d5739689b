package io.vibee.session.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vibee.session.ActivityCount;
import io.vibee.session.ManagedSessionStore;
import io.vibee.session.SessionCounts;
import io.vibee.session.admin.http.Json;
import io.vibee.session.admin.http.Response;
import io.vibee.session.json.SessionJson;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Implements the call that counts sessions by state, and the activity of the last hours. */
final class Stats {
  private static final int MAXIMUM_HOURS = 744;
  private static final Duration SPAN = Duration.ofHours(1);

  private final ManagedSessionStore store;
  private final Readability readability;
  private final InstantSource clock;

  Stats(ManagedSessionStore store, Readability readability, InstantSource clock) {
    this.store = store;
    this.readability = readability;
    this.clock = clock;
  }

  /** Counts whole hours; the last span is the current one. */
  Response show(Call call) {
    int hours = call.query().number("hours", 1, MAXIMUM_HOURS, 24);
    Instant from =
        clock.instant().truncatedTo(ChronoUnit.HOURS).minus(SPAN.multipliedBy(hours - 1L));
    ObjectNode json = Json.object();
    json.set("sessions", sessions());
    ObjectNode activity = json.putObject("activity");
    activity.put("span_seconds", SPAN.toSeconds());
    ArrayNode counts = activity.putArray("counts");
    for (ActivityCount count : store.activityCounts(from, SPAN, hours)) {
      counts
          .addObject()
          .put("from", SessionJson.time(count.from()))
          .put("count", count.count())
          .put("errors", count.errors());
    }
    return Response.json(200, json.toString());
  }

  /** Falls back on what the columns say while it is not known which sessions can be read. */
  private ObjectNode sessions() {
    Readability.@Nullable All all = readability.all();
    if (all != null) {
      return counts(all.authorized(), all.unauthorized(), all.unreadable(), all.inactive());
    }
    SessionCounts counts = store.counts();
    return counts(counts.authorized(), counts.unauthorized(), null, counts.inactive());
  }

  private static ObjectNode counts(
      long authorized, long unauthorized, @Nullable Long unreadable, long inactive) {
    return Json.object()
        .put("active", authorized + unauthorized + (unreadable == null ? 0 : unreadable))
        .put("authorized", authorized)
        .put("unauthorized", unauthorized)
        .put("unreadable", unreadable)
        .put("inactive", inactive);
  }
}
