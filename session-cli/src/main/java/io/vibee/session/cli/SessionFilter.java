package io.vibee.session.cli;

import io.vibee.session.ManagedSessionStore;
import io.vibee.session.SessionSummary;
import io.vibee.session.UnreadableSession;
import io.vibee.session.cli.terminal.Format;
import io.vibee.session.process.UsageException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which sessions to list; each session meets all that are given. */
final class SessionFilter {
  private static final Pattern DURATION = Pattern.compile("([1-9][0-9]{0,5})([smhdw])");
  private static final Map<String, Duration> UNITS =
      Map.of(
          "s", Duration.ofSeconds(1),
          "m", Duration.ofMinutes(1),
          "h", Duration.ofHours(1),
          "d", Duration.ofDays(1),
          "w", Duration.ofDays(7));
  private static final Pattern PHONE = Pattern.compile("\\+?[0-9 ().-]*[0-9][0-9 ().-]*");

  @Option(
      names = "--search",
      paramLabel = "TEXT",
      description =
          "only those with this in the user_id, session_id, user name or phone, ignoring case")
  private @Nullable String search;

  @Option(
      names = "--stale",
      paramLabel = "DURATION",
      description =
          "only active ones that no agent has seen for this long, such as 15m, 2h or 3d, or ever")
  private @Nullable String stale;

  @Option(
      names = "--unreadable",
      description = "only those that cannot be read, with the reason; looks at every hash")
  private boolean unreadable;

  /** The ids of a session as {@link UnreadableSession} holds them. */
  record Ids(String userId, String sessionId) {
    static Ids of(UnreadableSession session) {
      return new Ids(session.userId(), session.sessionId());
    }

    /** Goes through such a session, which replaces what a terminal would obey. */
    static Ids of(SessionSummary session) {
      return of(
          UnreadableSession.of(
              session.userId(),
              session.sessionId(),
              session.active(),
              UnreadableSession.Reason.INVALID_VALUES));
    }
  }

  /** Tells whether only sessions that cannot be read are wanted, each with the reason. */
  boolean tellsReasons() {
    return unreadable;
  }

  /** Returns the sessions that cannot be read; none if they are not asked for. */
  Map<Ids, UnreadableSession> reasons(ManagedSessionStore store) {
    Map<Ids, UnreadableSession> reasons = new HashMap<>();
    if (unreadable) {
      store.forEach(readable -> {}, session -> reasons.put(Ids.of(session), session));
    }
    return reasons;
  }

  /** Combines all that is asked for, but for {@code --unreadable}. */
  Predicate<SessionSummary> predicate() {
    Predicate<SessionSummary> all = session -> true;
    if (search != null) all = all.and(searched(search));
    if (stale != null) all = all.and(unseenSince(Instant.now().minus(duration(stale))));
    return all;
  }

  private static Predicate<SessionSummary> unseenSince(Instant limit) {
    return session ->
        session.active() && (session.lastSeenAt() == null || session.lastSeenAt().isBefore(limit));
  }

  private static Duration duration(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      throw new UsageException(
          "--stale must be a number with s, m, h, d or w behind it, such as 15m, 2h or 3d");
    }
    Duration unit = UNITS.getOrDefault(matcher.group(2), Duration.ZERO);
    return unit.multipliedBy(Long.parseLong(matcher.group(1)));
  }

  private static Predicate<SessionSummary> searched(String search) {
    if (search.isBlank()) throw new UsageException("--search needs a text to look for");
    String text = lower(search);
    String name = Format.withoutAt(text);
    String digits = PHONE.matcher(search).matches() ? Format.digits(search) : "";
    return session ->
        lower(session.userId()).contains(text)
            || lower(session.sessionId()).contains(text)
            || (session.username() != null && lower(session.username()).contains(name))
            || (session.phone() != null
                && !digits.isEmpty()
                && Format.digits(session.phone()).contains(digits));
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
