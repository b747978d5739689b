package io.vibee.session.agent;

/** The bridge gave no usable answer. The message repeats nothing of what it sent. */
final class BridgeException extends Exception {
  private static final long serialVersionUID = 1;

  BridgeException(String message) {
    super(message);
  }
}
