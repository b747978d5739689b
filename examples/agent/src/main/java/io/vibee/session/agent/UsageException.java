package io.vibee.session.agent;

/** The command line or a file beside start.sh is not what it should be. */
final class UsageException extends RuntimeException {
  UsageException(String message) {
    super(message);
  }
}
