package io.vibee.session.cli;

/** How many columns of a terminal a text takes, as far as that can be known. */
final class TextWidth {
  private static final String CUT = "…";

  private TextWidth() {}

  static int of(String text) {
    return text.codePoints().map(TextWidth::of).sum();
  }

  private static int of(int c) {
    int type = Character.getType(c);
    if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK) return 0;
    return isWide(c) ? 2 : 1;
  }

  /** East Asian scripts and pictures. */
  private static boolean isWide(int c) {
    return c >= 0x1100
        && (c <= 0x115F
            || (c >= 0x2E80 && c <= 0xA4CF && c != 0x303F)
            || (c >= 0xAC00 && c <= 0xD7A3)
            || (c >= 0xF900 && c <= 0xFAFF)
            || (c >= 0xFE30 && c <= 0xFE6F)
            || (c >= 0xFF00 && c <= 0xFF60)
            || (c >= 0xFFE0 && c <= 0xFFE6)
            || (c >= 0x1F300 && c <= 0x1FAFF)
            || (c >= 0x20000 && c <= 0x3FFFD));
  }

  /** The text with spaces behind it, or cut with a sign of that, to take just so many columns. */
  static String fit(String text, int columns) {
    int width = of(text);
    if (width <= columns) return text + " ".repeat(columns - width);
    StringBuilder cut = new StringBuilder();
    int taken = 0;
    for (int at = 0; at < text.length(); at += Character.charCount(text.codePointAt(at))) {
      int next = of(text.codePointAt(at));
      if (taken + next > columns - 1) break;
      cut.appendCodePoint(text.codePointAt(at));
      taken += next;
    }
    return cut + CUT + " ".repeat(columns - 1 - taken);
  }
}
