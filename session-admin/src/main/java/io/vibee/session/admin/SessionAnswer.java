package io.vibee.session.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vibee.session.SessionSummary;
import io.vibee.session.UnreadableSession.Reason;
import io.vibee.session.admin.http.Json;
import io.vibee.session.json.SessionJson;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes a session as calls answer it: with what this process knows beyond the stored values. */
final class SessionAnswer {
  private SessionAnswer() {}

  static ObjectNode write(SessionSummary session, Readability.State state) {
    ObjectNode json = Json.object();
    SessionJson.write(session)
        .properties()
        .forEach(
            field -> {
              json.set(field.getKey(), field.getValue());
              switch (field.getKey()) {
                case "target_chats" -> putReadability(json, state);
                case "last_seen_at" ->
                    json.put("seen_since_deactivated", isSeenSinceDeactivated(session));
                default -> {}
              }
            });
    return json;
  }

  private static void putReadability(ObjectNode json, Readability.State state) {
    json.put("readable", state.known() ? state.problem() == null : null);
    json.put("problem", state.problem() == null ? null : codeOf(state.problem()));
  }

  private static String codeOf(Reason problem) {
    return problem.name().toLowerCase(Locale.ROOT);
  }

  /** Compares with the last change, since deactivating is one and being seen is not. */
  private static boolean isSeenSinceDeactivated(SessionSummary session) {
    @Nullable Instant seen = session.lastSeenAt();
    return !session.active() && seen != null && seen.isAfter(session.updatedAt());
  }
}
