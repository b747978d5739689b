package io.vibee.session.cli;

import java.util.regex.Pattern;

/**
 * Makes a text fit for a terminal, which would obey what is in it: a stored name may hold anything
 * that the database accepts.
 */
final class Printable {
  /** Whole escape sequences, so that their parameters do not stay behind: CSI, OSC and the like. */
  private static final Pattern ESCAPES =
      Pattern.compile(
          "(?:\\x{1B}\\[|\\x{9B})[0-?]*[ -/]*[@-~]"
              + "|(?:\\x{1B}[\\]PX^_]|[\\x{9D}\\x{90}\\x{98}\\x{9E}\\x{9F}])[^\\x{07}\\x{1B}\\x{9C}]*(?:\\x{07}|\\x{1B}\\\\|\\x{9C})?"
              + "|\\x{1B}[ -/]*[0-~]?");

  /** Control, format (which may turn the direction of writing), separators of lines, and halves. */
  private static final Pattern UNSEEN =
      Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\x{2028}\\x{2029}]");

  private static final String REPLACEMENT = "\uFFFD";

  private Printable() {}

  /** One line, in which nothing has a meaning to a terminal. */
  static String line(String text) {
    return UNSEEN.matcher(ESCAPES.matcher(text).replaceAll(REPLACEMENT)).replaceAll(REPLACEMENT);
  }
}
