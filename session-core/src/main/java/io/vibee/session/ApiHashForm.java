package io.vibee.session;

import java.util.HexFormat;

/**
 * Tells an {@code api_hash} as Telegram gives them, 32 hexadecimal digits, from another text.
 * Others are stored and loaded like any text, since tests and examples use made-up ones; Telegram
 * will refuse them, so stores warn where one comes in.
 */
public final class ApiHashForm {
  /** What a warning says behind the name of the session; it tells nothing of the value. */
  public static final String ADVICE =
      "the api_hash is not 32 hexadecimal digits, as Telegram's are: check that it is the right"
          + " text";

  private static final int DIGITS = 32;

  private ApiHashForm() {}

  /**
   * Tells whether a text has the form of Telegram's.
   *
   * @param apiHash the text
   * @return false if Telegram cannot have given it
   */
  public static boolean isTelegrams(Secret apiHash) {
    String text = apiHash.exposeSecret();
    return text.length() == DIGITS && text.chars().allMatch(HexFormat::isHexDigit);
  }
}
