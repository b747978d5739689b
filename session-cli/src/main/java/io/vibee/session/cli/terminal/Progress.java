package io.vibee.session.cli.terminal;

import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Shows on standard error how far something long has come: as a bar on a terminal, else as a line
 * now and then. What takes no time leaves nothing.
 */
public final class Progress implements AutoCloseable {
  private static final long BAR_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long LINE_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final int BAR = 30;

  private final PrintStream err;
  private final boolean terminal;
  private final String what;
  private long reported = System.nanoTime();
  private int drawn;

  public Progress(CliContext context, String what) {
    this.err = context.err();
    this.terminal = context.terminal().showsErrors();
    this.what = what;
  }

  /** Notes how many are done; a total of 0 means that it is not known. */
  public void at(long done, long total) {
    long now = System.nanoTime();
    if (now - reported < (terminal ? BAR_NANOS : LINE_NANOS)) return;
    reported = now;
    String count = total > 0 ? done + " of " + total : Long.toString(done);
    if (terminal) draw(bar(done, total) + what + " " + count);
    else err.println(what + " " + count);
  }

  private static String bar(long done, long total) {
    if (total <= 0) return "";
    double share = Math.min(1, (double) done / total);
    int filled = (int) (share * BAR);
    return String.format(
        Locale.ROOT,
        "[%s%s] %3.0f %%  ",
        "#".repeat(filled),
        " ".repeat(BAR - filled),
        share * 100);
  }

  private void draw(String line) {
    err.print("\r" + line + " ".repeat(Math.max(0, drawn - line.length())));
    drawn = line.length();
  }

  /** Removes the bar, so that the next line begins at the left. */
  @Override
  public void close() {
    if (drawn == 0) return;
    draw("");
    err.print("\r");
  }
}
