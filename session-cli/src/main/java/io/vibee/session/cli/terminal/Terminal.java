package io.vibee.session.cli.terminal;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The user at a terminal, who can be asked, or nobody. */
public interface Terminal {
  /** Returns the terminal that this process was started from, if any. */
  static Terminal ofProcess(Map<String, String> environment) {
    return SystemTerminal.of(environment);
  }

  /** Tells whether there is somebody to ask. */
  boolean isInteractive();

  /** Tells whether they see standard error, so that a line may be drawn over. */
  boolean showsErrors();

  /** Returns how many columns a line has; {@link Integer#MAX_VALUE} if nobody looks. */
  int columns();

  /** Asks for a line; null at the end of input. */
  @Nullable String ask(String prompt);

  /** Asks for a line without showing what is typed; null at the end of input. */
  @Nullable String askSecretly(String prompt);
}
