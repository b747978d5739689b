package io.vibee.session.process;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tells whether what was printed got through. */
public final class StandardOutput {
  private static final int TYPE = 0170000;
  private static final int PIPE = 0010000;
  private static final int SOCKET = 0140000;

  private StandardOutput() {}

  /**
   * Tells whether output was lost. A pipe whose reader has gone is no failure: the reader has seen
   * enough, as {@code head} has.
   *
   * @param out what leads to standard output
   * @return true if output is lost that somebody waits for
   */
  public static boolean failed(PrintStream out) {
    return out.checkError() && !isPipe();
  }

  /** The error does not say: its text is the operating system's, in the user's language. */
  private static boolean isPipe() {
    try {
      int type = (int) Files.getAttribute(Path.of("/dev/stdout"), "unix:mode") & TYPE;
      return type == PIPE || type == SOCKET;
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return false;
    }
  }
}
