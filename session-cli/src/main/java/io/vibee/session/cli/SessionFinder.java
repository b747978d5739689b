package io.vibee.session.cli;

import io.vibee.session.ManagedSessionStore;
import io.vibee.session.SessionQuery;
import io.vibee.session.SessionSummary;
import io.vibee.session.StoredTexts;
import io.vibee.session.cli.terminal.FailedException;
import io.vibee.session.cli.terminal.FailedException.Reason;
import io.vibee.session.cli.terminal.Format;
import io.vibee.session.process.UsageException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Finds sessions by what people call them: a user_id or session_id, exactly; else {@code @name} for
 * a user name, ignoring case, or {@code +…} for the digits of a phone number. Finds all or none.
 */
final class SessionFinder {
  private static final int LISTED = 20;

  /** What may be repeated in an error; anything else may be a secret in the wrong place. */
  private static final Pattern SHOWN =
      Pattern.compile("[0-9]{1,20}|@[A-Za-z0-9_]{1,32}|sess_[A-Za-z0-9_-]{1,64}");

  private static final Pattern PHONE = Pattern.compile("\\+[0-9 ().-]{6,25}");

  private final ManagedSessionStore store;
  private final PrintStream err;
  private final SessionArguments.IdKind kind;

  SessionFinder(ManagedSessionStore store, PrintStream err, SessionArguments.IdKind kind) {
    this.store = store;
    this.err = err;
    this.kind = kind;
  }

  /** Returns the sessions in the order of the names, each once. */
  List<SessionSummary> find(List<String> names) {
    Map<String, List<SessionSummary>> found = new LinkedHashMap<>();
    for (String name : names) found.computeIfAbsent(name, this::ofId);
    findOthers(found);
    refuseUnknown(names, found);
    refuseAmbiguous(names, found);
    Map<Long, SessionSummary> sessions = new LinkedHashMap<>();
    found.values().forEach(only -> sessions.putIfAbsent(only.get(0).id(), only.get(0)));
    return List.copyOf(sessions.values());
  }

  private List<SessionSummary> ofId(String name) {
    List<SessionSummary> found = new ArrayList<>();
    if (kind.mayBeUser()) store.summaryOfUser(name).ifPresent(found::add);
    if (kind.mayBeSession()) {
      store
          .summaryOfSession(name)
          .filter(session -> found.stream().noneMatch(other -> other.id() == session.id()))
          .ifPresent(found::add);
    }
    return found;
  }

  /** Looks through all sessions once, however many names there are. */
  private void findOthers(Map<String, List<SessionSummary>> found) {
    if (!kind.mayBeUser() || !kind.mayBeSession()) return;
    List<String> open =
        found.keySet().stream()
            .filter(name -> found.getOrDefault(name, List.of()).isEmpty())
            .filter(name -> name.startsWith("@") || name.startsWith("+"))
            .toList();
    if (open.isEmpty()) return;
    SessionPages.forEach(
        store,
        SessionQuery.all(SessionQuery.MAXIMUM),
        session -> {
          for (String name : open) {
            if (isCalled(session, name)) found.getOrDefault(name, List.of()).add(session);
          }
        });
  }

  private static boolean isCalled(SessionSummary session, String name) {
    if (name.startsWith("@")) {
      return session.username() != null
          && !name.equals("@")
          && Format.withoutAt(session.username()).equalsIgnoreCase(Format.withoutAt(name));
    }
    String digits = Format.digits(name);
    return session.phone() != null
        && !digits.isEmpty()
        && Format.digits(session.phone()).equals(digits);
  }

  private static void refuseUnknown(List<String> names, Map<String, List<SessionSummary>> found) {
    List<String> unknown = new ArrayList<>();
    found.forEach(
        (name, sessions) -> {
          if (sessions.isEmpty()) unknown.add(shown(names, name));
        });
    if (unknown.isEmpty()) return;
    throw new FailedException(
        Reason.NO_SESSION,
        (names.size() == 1
                ? "no session has this id, user name or phone number"
                : "nothing was done, since these name no session: " + String.join(", ", unknown))
            + ": list shows all; check that DATABASE_URL names the right database");
  }

  private void refuseAmbiguous(List<String> names, Map<String, List<SessionSummary>> found) {
    List<String> ambiguous = new ArrayList<>();
    found.forEach(
        (name, sessions) -> {
          if (sessions.size() == 1) return;
          ambiguous.add(shown(names, name));
          err.println(shown(names, name) + " names several sessions:");
          sessions.stream().limit(LISTED).map(SessionFinder::line).forEach(err::println);
          if (sessions.size() > LISTED)
            err.println("  and " + (sessions.size() - LISTED) + " more");
        });
    if (ambiguous.isEmpty()) return;
    throw new UsageException(
        "nothing was done, since these name several sessions: "
            + String.join(", ", ambiguous)
            + ": give the user_id or session_id of one, and where one text is both, add --session or"
            + " --user");
  }

  private static String line(SessionSummary session) {
    return StoredTexts.printableLine(
        "  session %s of user %s, phone %s"
            .formatted(session.sessionId(), session.userId(), Format.maskedPhone(session.phone())));
  }

  private static String shown(List<String> names, String name) {
    if (SHOWN.matcher(name).matches()) return name;
    return PHONE.matcher(name).matches()
        ? Format.maskedPhone(name)
        : "ID number " + (names.indexOf(name) + 1);
  }
}
