package io.vibee.session.cli;

import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Tells how far something long has come, on standard error: a bar on a terminal, else a line now
 * and then. What takes no time leaves nothing.
 */
final class Progress implements AutoCloseable {
  private static final long BAR_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long LINE_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final int BAR = 30;

  private final PrintStream err;
  private final boolean terminal;
  private final String what;
  private long reported = System.nanoTime();
  private int drawn;

  Progress(Surroundings here, String what) {
    this.err = here.err();
    this.terminal = here.terminal().showsErrors();
    this.what = what;
  }

  /** Notes how many are done; a total of 0 is one that is not known. */
  void at(long done, long total) {
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

  /** Takes the bar away, so that the next line begins where lines do. */
  @Override
  public void close() {
    if (drawn == 0) return;
    draw("");
    err.print("\r");
  }
}
