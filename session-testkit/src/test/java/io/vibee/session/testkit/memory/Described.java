package io.vibee.session.testkit.memory;

import io.vibee.session.Activity;
import io.vibee.session.ActivityCount;
import io.vibee.session.KeyVersion;
import io.vibee.session.RotationProgress;
import io.vibee.session.SaveResult;
import io.vibee.session.Session;
import io.vibee.session.SessionSummary;
import java.util.Collection;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Describes what a store returned, without what two stores cannot share: times, row numbers, roles.
 */
final class Described {
  private Described() {}

  static String of(Object result) {
    if (result instanceof Optional<?> optional) return optional.map(Described::of).orElse("empty");
    if (result instanceof Collection<?> all) {
      return all.stream().map(Described::of).collect(Collectors.joining("\n"));
    }
    if (result instanceof SaveResult<?> saved) return saved.outcome() + " " + of(saved.session());
    if (result instanceof Session session) return session(session);
    if (result instanceof SessionSummary summary) return summary(summary);
    if (result instanceof Activity entry) return entry(entry);
    if (result instanceof ActivityCount count) return count.count() + "/" + count.errors();
    if (result instanceof KeyVersion key) {
      return "key %d current=%s external=%s sessions=%d"
          .formatted(key.version(), key.current(), key.external(), key.sessions());
    }
    if (result instanceof RotationProgress progress) {
      return "rotated to %d done=%d left=%d unreadable=%d"
          .formatted(
              progress.keyVersion(), progress.done(), progress.left(), progress.unreadable());
    }
    return String.valueOf(result);
  }

  private static String session(Session s) {
    String hash = s.apiHash().exposeSecret();
    return String.join(
        " ",
        s.toString(),
        "…" + hash.substring(hash.length() - 4),
        s.username(),
        s.phone(),
        String.valueOf(s.digitalTwinEnabled()),
        String.valueOf(s.autoReplyEnabled()),
        String.valueOf(s.targetChats()),
        "seen=" + (s.lastSeenAt() != null),
        "changed=" + !String.valueOf(s.updatedAt()).equals(String.valueOf(s.createdAt())),
        "key=" + s.keyVersion());
  }

  private static String summary(SessionSummary s) {
    return String.join(
        " ",
        s.toString(),
        s.username(),
        s.phone(),
        String.valueOf(s.digitalTwinEnabled()),
        String.valueOf(s.autoReplyEnabled()),
        String.valueOf(s.targetChats()),
        "seen=" + (s.lastSeenAt() != null),
        "changed=" + !s.updatedAt().equals(s.createdAt()),
        "key=" + s.keyVersion());
  }

  private static String entry(Activity entry) {
    TreeMap<String, Object> details = new TreeMap<>(entry.details());
    details.remove("by");
    details.remove("application");
    if (details.containsKey("quiet_until")) details.put("quiet_until", "some time");
    // Entries of one statement come in no particular order.
    if (entry.type().equals(Activity.KEY_RETIRED)) details.remove("version");
    return entry.sessionId() + " " + entry.userId() + " " + entry.type() + " " + details;
  }
}
