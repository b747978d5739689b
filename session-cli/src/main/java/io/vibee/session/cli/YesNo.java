package io.vibee.session.cli;

/** Flags for people. */
final class YesNo {
  private YesNo() {}

  static String of(boolean value) {
    return value ? "yes" : "no";
  }
}
