package io.vibee.session.process;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One assignment of a dotenv file: {@code NAME=value}, {@code export} allowed before it. A value in
 * quotes is read as a shell reads it, without expanding {@code $}; any other goes to the end of the
 * line, or to a {@code #} after white space.
 */
record DotenvLine(String name, String value) {
  private static final Pattern NOTHING = Pattern.compile("\\s*(#.*)?");
  private static final Pattern ASSIGNMENT =
      Pattern.compile("\\s*(?:export\\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)");
  private static final Pattern COMMENT = Pattern.compile("\\s+#.*|^#.*");
  private static final String ESCAPABLE = "\"\\$`";

  /** Accepts no indented line, which may be inside a condition of a shell script. */
  static boolean isAssignment(String line) {
    return !line.isEmpty()
        && !Character.isWhitespace(line.charAt(0))
        && ASSIGNMENT.matcher(line).matches();
  }

  /** Refuses what a shell expands, or ends a command at, outside single quotes. */
  static void refuseWhatNeedsAShell(String line) {
    boolean single = false;
    boolean quoted = false;
    for (int at = 0; at < line.length(); at++) {
      char c = line.charAt(at);
      if (c == '\'' && !quoted) single = !single;
      if (single) continue;
      if (c == '"') quoted = !quoted;
      if (c == '\\') {
        at++;
      } else if (c == '$' || c == '`' || (c == ';' && !quoted)) {
        throw new IllegalArgumentException("this needs a shell");
      }
    }
  }

  /** Parses a line; empty for a blank one or a comment. */
  static Optional<DotenvLine> parse(String line) {
    if (NOTHING.matcher(line).matches()) return Optional.empty();
    Matcher assignment = ASSIGNMENT.matcher(line);
    if (!assignment.matches()) throw new IllegalArgumentException("this is no assignment");
    String text = assignment.group(2);
    boolean quoted = text.startsWith("'") || text.startsWith("\"");
    String value = quoted ? unquote(text) : COMMENT.matcher(text).replaceFirst("").strip();
    return Optional.of(new DotenvLine(assignment.group(1), value));
  }

  /** Reads a shell word of quoted pieces, such as {@code 'it'\''s'}. */
  private static String unquote(String text) {
    StringBuilder value = new StringBuilder();
    int at = 0;
    while (at < text.length() && !Character.isWhitespace(text.charAt(at))) {
      char c = text.charAt(at);
      if (c == '\'') {
        int end = text.indexOf('\'', at + 1);
        if (end < 0) throw unclosed();
        value.append(text, at + 1, end);
        at = end + 1;
      } else if (c == '"') {
        at = doubleQuoted(text, at + 1, value);
      } else if (c == '\\' && at + 1 < text.length()) {
        value.append(text.charAt(at + 1));
        at += 2;
      } else {
        value.append(c);
        at++;
      }
    }
    if (!NOTHING.matcher(text.substring(at)).matches()) {
      throw new IllegalArgumentException("something follows the closing quote");
    }
    return value.toString();
  }

  private static int doubleQuoted(String text, int start, StringBuilder value) {
    for (int at = start; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '"') return at + 1;
      boolean escape = c == '\\' && at + 1 < text.length() && isEscapable(text.charAt(at + 1));
      value.append(escape ? text.charAt(++at) : c);
    }
    throw unclosed();
  }

  private static boolean isEscapable(char c) {
    return ESCAPABLE.indexOf(c) >= 0;
  }

  private static IllegalArgumentException unclosed() {
    return new IllegalArgumentException("a quote is not closed");
  }

  /** Leaves out the value, which may be a secret. */
  @Override
  public String toString() {
    return "DotenvLine[" + name + "]";
  }
}
