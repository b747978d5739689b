package io.vibee.session.testkit.memory;

import io.vibee.session.Activity;
import io.vibee.session.Secret;
import io.vibee.session.Session;
import io.vibee.session.SessionSummary;
import io.vibee.session.UnreadableSession;
import io.vibee.session.UnreadableSession.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A session as the store keeps it.
 *
 * @param fault why it cannot be read; null for one that can
 */
record MemoryRow(SessionSummary values, Secret apiHash, @Nullable Reason fault) {

  MemoryRow with(SessionSummary newValues) {
    return new MemoryRow(newValues, apiHash, fault);
  }

  Session session() {
    return Session.builder(values.userId(), values.sessionId(), values.apiId(), apiHash)
        .username(values.username())
        .phone(values.phone())
        .active(values.active())
        .authorized(values.authorized())
        .digitalTwinEnabled(values.digitalTwinEnabled())
        .autoReplyEnabled(values.autoReplyEnabled())
        .targetChats(values.targetChats())
        .lastSeenAt(values.lastSeenAt())
        .stored(values.createdAt(), values.updatedAt(), values.revision(), values.keyVersion())
        .build();
  }

  UnreadableSession unreadable(Reason reason) {
    return UnreadableSession.of(values.userId(), values.sessionId(), values.active(), reason)
        .underKey(values.keyVersion());
  }

  /** Names the values in which this row differs from an earlier one, as the log does. */
  List<String> changedSince(MemoryRow old) {
    List<String> changed = new ArrayList<>();
    note(changed, "username", values.username(), old.values.username());
    note(changed, "phone", values.phone(), old.values.phone());
    note(changed, "session_id", values.sessionId(), old.values.sessionId());
    note(changed, "api_id", values.apiId(), old.values.apiId());
    if ((old.fault != null && fault == null) || !apiHash.equals(old.apiHash))
      changed.add("api_hash");
    note(changed, "is_active", values.active(), old.values.active());
    note(changed, "is_authorized", values.authorized(), old.values.authorized());
    note(
        changed,
        "digital_twin_enabled",
        values.digitalTwinEnabled(),
        old.values.digitalTwinEnabled());
    note(changed, "auto_reply_enabled", values.autoReplyEnabled(), old.values.autoReplyEnabled());
    note(changed, "target_chats", values.targetChats(), old.values.targetChats());
    return changed;
  }

  private static void note(
      List<String> changed, String name, @Nullable Object now, @Nullable Object before) {
    if (!Objects.equals(now, before)) changed.add(name);
  }

  /** Returns the type of the log entry for such a change. */
  String changeType(List<String> changed) {
    if (changed.equals(List.of("is_active"))) {
      return values.active() ? Activity.SESSION_ACTIVATED : Activity.SESSION_DEACTIVATED;
    }
    if (changed.equals(List.of("is_authorized"))) {
      return values.authorized() ? Activity.SESSION_AUTHORIZED : Activity.SESSION_UNAUTHORIZED;
    }
    return Activity.SESSION_UPDATED;
  }
}
