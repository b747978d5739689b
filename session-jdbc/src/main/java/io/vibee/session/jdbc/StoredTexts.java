package io.vibee.session.jdbc;

/** What PostgreSQL can store at all. */
final class StoredTexts {
  private StoredTexts() {}

  /** A text with a zero character is in no column, and the server refuses to look for it. */
  static boolean canExist(String text) {
    return text.indexOf('\0') < 0;
  }
}
