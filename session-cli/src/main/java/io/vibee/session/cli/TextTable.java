package io.vibee.session.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A table for people. Where it is too wide for the terminal, the widest columns are cut; where
 * there is no terminal, nothing is.
 */
final class TextTable {
  private static final int LEAST = 5;
  private static final String GAP = "  ";

  private final List<List<String>> rows = new ArrayList<>();

  TextTable(String... headings) {
    rows.add(List.of(headings));
  }

  /** Adds a row; a value may be anything. */
  void add(String... values) {
    rows.add(Arrays.stream(values).map(Printable::line).toList());
  }

  void print(PrintStream out, int columns) {
    int[] widths = widths(columns);
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        if (i > 0) line.append(GAP);
        line.append(TextWidth.fit(row.get(i), widths[i]));
      }
      out.println(line.toString().stripTrailing());
    }
  }

  private int[] widths(int columns) {
    int[] widths = new int[rows.get(0).size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], TextWidth.of(row.get(i)));
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
}
