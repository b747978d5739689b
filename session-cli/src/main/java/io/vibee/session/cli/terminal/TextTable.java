package io.vibee.session.cli.terminal;

import io.vibee.session.StoredTexts;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A table for people. If it is too wide for the terminal, the widest columns are cut; without a
 * terminal, nothing is.
 */
public final class TextTable {
  private static final int LEAST = 5;
  private static final String GAP = "  ";
  private static final String CUT = "…";

  private final List<List<String>> rows = new ArrayList<>();

  public TextTable(String... headings) {
    rows.add(List.of(headings));
  }

  /** Adds a row of values, which may hold anything. */
  public void add(String... values) {
    rows.add(Arrays.stream(values).map(StoredTexts::printableLine).toList());
  }

  public void print(PrintStream out, int columns) {
    int[] widths = widths(columns);
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        if (i > 0) line.append(GAP);
        line.append(fit(row.get(i), widths[i]));
      }
      out.println(line.toString().stripTrailing());
    }
  }

  private int[] widths(int columns) {
    int[] widths = new int[rows.get(0).size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], width(row.get(i)));
      }
    }
    int room = columns - GAP.length() * (widths.length - 1);
    while (Arrays.stream(widths).sum() > room) {
      int widest = widest(widths);
      if (widths[widest] <= LEAST) break;
      widths[widest]--;
    }
    return widths;
  }

  private static int widest(int[] widths) {
    int widest = 0;
    for (int i = 1; i < widths.length; i++) if (widths[i] > widths[widest]) widest = i;
    return widest;
  }

  /** Counts the columns of a terminal that a text takes, as far as that can be known. */
  static int width(String text) {
    return text.codePoints().map(TextTable::width).sum();
  }

  private static int width(int c) {
    int type = Character.getType(c);
    if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK) return 0;
    return isWide(c) ? 2 : 1;
  }

  /** Tells whether it is of an East Asian script, or a picture. */
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

  /** Fills a text up with spaces, or cuts it with an ellipsis, to take exactly so many columns. */
  private static String fit(String text, int columns) {
    int width = width(text);
    if (width <= columns) return text + " ".repeat(columns - width);
    StringBuilder cut = new StringBuilder();
    int taken = 0;
    for (int at = 0; at < text.length(); at += Character.charCount(text.codePointAt(at))) {
      int next = width(text.codePointAt(at));
      if (taken + next > columns - 1) break;
      cut.appendCodePoint(text.codePointAt(at));
      taken += next;
    }
    return cut + CUT + " ".repeat(columns - 1 - taken);
  }
}
