package io.vibee.session.cli;

/** Numbers of things for people. */
final class Count {
  private Count() {}

  /** {@code 1 session}, {@code 2 sessions}. */
  static String of(long number, String thing) {
    return number + " " + thing + (number == 1 ? "" : "s");
  }
}
