package io.vibee.session;

import java.util.HexFormat;

/**
 * Recognizes an {@code api_hash} of the form that Telegram issues, 32 hexadecimal digits. Other
 * texts are stored and loaded all the same, since tests and examples make them up; Telegram will
 * refuse them, so stores log a warning when they are given one.
 */
public final class ApiHashForm {
  /** What a warning says after the name of the session; it reveals nothing of the value. */
  public static final String ADVICE =
      "the api_hash is not 32 hexadecimal digits, as Telegram's are: check that it is the right"
          + " text";

  private static final int DIGITS = 32;

  private ApiHashForm() {}

  /**
   * Tells whether a text has the form that Telegram issues.
   *
   * @param apiHash the text
   * @return whether it does; if not, Telegram cannot have issued it
   */
  public static boolean matches(Secret apiHash) {
    String text = apiHash.exposeSecret();
    return text.length() == DIGITS && text.chars().allMatch(HexFormat::isHexDigit);
  }
}
