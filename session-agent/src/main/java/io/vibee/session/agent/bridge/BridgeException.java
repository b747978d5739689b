package io.vibee.session.agent.bridge;

/** The bridge gave no usable answer. The message repeats nothing of what it sent. */
public final class BridgeException extends Exception {
  private static final long serialVersionUID = 1;
  private static final int LONGEST = 500;

  /**
   * Creates the error.
   *
   * @param message what the bridge did, as in "answered with status 500"; it is logged, so it
   *     repeats nothing that the bridge sent
   */
  public BridgeException(String message) {
    super(shortened(message));
  }

  /** As an entry of the activity log takes it. */
  private static String shortened(String message) {
    String line = message.replaceAll("\\p{Cntrl}+", " ");
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
  }
}
