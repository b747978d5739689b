package io.vibee.session.cli.json;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vibee.session.Activity;
import io.vibee.session.UnreadableSession;
import io.vibee.session.json.SessionJson;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Describes for {@code --json} what is not a session itself, which {@link SessionJson} writes as
 * the REST API does: entries of the log, and sessions that cannot be read.
 */
public final class Documents {
  private Documents() {}

  /** Describes an entry of the activity log. */
  public static Map<String, @Nullable Object> of(Activity entry) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("id", entry.id());
    json.put("session_id", entry.sessionId());
    json.put("user_id", entry.userId());
    json.put("activity_type", entry.type());
    json.put("details", entry.details());
    json.put("created_at", SessionJson.time(entry.createdAt()));
    return json;
  }

  /** Describes a session that cannot be read, and why. */
  public static ObjectNode of(UnreadableSession session) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("user_id", session.userId());
    json.put("session_id", session.sessionId());
    json.put("is_active", session.active());
    return json.setAll(why(session));
  }

  /** Says why a session cannot be read, without what its summary has too. */
  public static ObjectNode why(UnreadableSession session) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("key_version", boxed(session.keyVersion()))
        .put("reason", session.reason().name().toLowerCase(Locale.ROOT));
  }

  /** JSON has null where no known key fits. */
  private static @Nullable Integer boxed(OptionalInt value) {
    return value.isPresent() ? value.getAsInt() : null;
  }
}
