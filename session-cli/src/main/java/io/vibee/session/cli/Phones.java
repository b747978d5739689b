package io.vibee.session.cli;

import org.jspecify.annotations.Nullable;

/** Phone numbers in lists, where most of a number stays hidden. */
final class Phones {
  private Phones() {}

  /** What two ways of writing one number have in common. */
  static String digits(String phone) {
    return phone.replaceAll("[^0-9]", "");
  }

  /** The country and the last four digits; nothing of one too short to keep the rest hidden. */
  static String masked(@Nullable String phone) {
    if (phone == null || phone.isEmpty()) return "-";
    int length = phone.length();
    return length < 11 ? "***" : phone.substring(0, 5) + "***" + phone.substring(length - 4);
  }
}
