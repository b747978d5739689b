package io.vibee.session.cli.terminal;

import java.util.regex.Pattern;

/**
 * Makes a text safe to print. A terminal obeys control sequences, and a stored name may hold
 * anything that the database accepts.
 */
public final class Printable {
  /** Whole escape sequences, so that their parameters do not stay behind: CSI, OSC and the like. */
  private static final Pattern ESCAPES =
      Pattern.compile(
          "(?:\\x{1B}\\[|\\x{9B})[0-?]*[ -/]*[@-~]"
              + "|(?:\\x{1B}[\\]PX^_]|[\\x{9D}\\x{90}\\x{98}\\x{9E}\\x{9F}])[^\\x{07}\\x{1B}\\x{9C}]*(?:\\x{07}|\\x{1B}\\\\|\\x{9C})?"
              + "|\\x{1B}[ -/]*[0-~]?");

  /** Control, format (which may reverse the direction of writing), line separators, surrogates. */
  private static final Pattern UNSEEN =
      Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\x{2028}\\x{2029}]");

  private static final String REPLACEMENT = "\uFFFD";

  private Printable() {}

  /** Returns one line in which nothing has a meaning to a terminal. */
  public static String line(String text) {
    return UNSEEN.matcher(ESCAPES.matcher(text).replaceAll(REPLACEMENT)).replaceAll(REPLACEMENT);
  }
}
