package io.vibee.session.jdbc;

/** What PostgreSQL can store at all. */
final class StoredTexts {
  private StoredTexts() {}

  /**
   * A text with a zero character is in no column, and the server refuses to look for it. One with
   * half a surrogate pair is no text either, and the driver would look for a question mark instead.
   */
  static boolean canExist(String text) {
    return text.codePoints()
        .noneMatch(c -> c == 0 || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE));
  }
}
