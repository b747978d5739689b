package io.vibee.session.cli;

import org.jspecify.annotations.Nullable;

/** Somebody who sits there and can be asked, or nobody. */
interface Terminal {
  /** Whether there is somebody to ask. */
  boolean isInteractive();

  /** Whether standard error is seen by them, so that a line may be drawn over. */
  boolean showsErrors();

  /** How many characters fit into a line; {@link Integer#MAX_VALUE} where nobody looks. */
  int columns();

  /** Asks for a line; null at the end of input. */
  @Nullable String ask(String prompt);

  /** The same without showing what is typed. */
  @Nullable String askSecretly(String prompt);
}
