package io.vibee.session.jdbc;

import java.util.regex.Pattern;

/** The name that changes are logged under. */
final class Actor {
  private static final Pattern NAME =
      Pattern.compile("(?=.*\\S)[^\\p{Cc}\\x{D800}-\\x{DFFF}]{1,100}");

  private Actor() {}

  static String checked(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "the actor must have 1 to 100 characters, none of them a control character");
    }
    return name;
  }
}
