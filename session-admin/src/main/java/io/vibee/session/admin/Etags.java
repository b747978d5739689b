package io.vibee.session.admin;

import io.vibee.session.SessionRevision;
import io.vibee.session.SessionSummary;
import io.vibee.session.admin.http.Problem;
import io.vibee.session.admin.http.Request;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The entity tags in a header field: the states of a session that the client has seen.
 *
 * @param any whether any state will do ({@code *})
 * @param states the states it names; other tags, including weak ones, stand for none
 */
record Etags(boolean any, Set<SessionRevision> states) {
  private static final Pattern LIST =
      // Possessive: with backtracking, the stack would have to be as deep as the list is long.
      Pattern.compile(
          "\\s*+(?:W/)?+\"[\\x21\\x23-\\x7e]*+\"\\s*+"
              + "(?:,\\s*+(?:W/)?+\"[\\x21\\x23-\\x7e]*+\"\\s*+)*+");
  private static final Pattern OURS =
      Pattern.compile("(W/)?\"([1-9][0-9]{0,17})-([1-9][0-9]{0,17})\"");

  Etags {
    states = Set.copyOf(states);
  }

  static String of(SessionSummary session) {
    return "\"" + session.id() + "-" + session.revision() + "\"";
  }

  /**
   * Reads a header field.
   *
   * @return null if it is not there
   * @throws Problem if it is malformed
   */
  static @Nullable Etags read(Request request, String name) {
    List<String> values = request.headerValues(name);
    if (values.isEmpty()) return null;
    String list = String.join(",", values).strip();
    if (list.equals("*")) return new Etags(true, Set.of());
    if (!LIST.matcher(list).matches()) {
      throw Problem.of(400, name + " must be * or entity tags in quotes");
    }
    Set<SessionRevision> states = new HashSet<>();
    Matcher ours = OURS.matcher(list);
    while (ours.find()) {
      if (ours.group(1) != null) continue;
      states.add(new SessionRevision(Long.parseLong(ours.group(2)), Long.parseLong(ours.group(3))));
    }
    return new Etags(false, states);
  }

  boolean match(SessionSummary session) {
    return any || states.contains(session.at());
  }
}
