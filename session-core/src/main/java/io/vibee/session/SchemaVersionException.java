package io.vibee.session;

/**
 * The tables are missing, or come from an older or newer migration than this library's. Nothing was
 * read or written.
 */
public final class SchemaVersionException extends SessionException {

  private final int found;
  private final int required;

  /**
   * Creates the error.
   *
   * @param found the version of the tables: 0 if there are none, -1 for the earlier schema, which
   *     has no version
   * @param required the version that this library needs
   */
  public SchemaVersionException(int found, int required) {
    super(message(found, required));
    this.found = found;
    this.required = required;
  }

  private static String message(int found, int required) {
    if (found > required) {
      return "the database schema has version %d, this library knows %d: update the library"
          .formatted(found, required);
    }
    String state =
        switch (found) {
          case 0 -> "is missing";
          case -1 -> "is the earlier one, without a version";
          default -> "has version %d, this library needs %d".formatted(found, required);
        };
    return "the database schema "
        + state
        + ": run the migrations, for example ./start.sh --migrate, or psql \"$DATABASE_URL\" <"
        + " migrations/001_user_sessions.sql; if they did run, check the role's search_path";
  }

  /**
   * The version that was found.
   *
   * @return the version; 0 if there are no tables, -1 for the earlier schema
   */
  public int found() {
    return found;
  }

  /**
   * The version that this library needs.
   *
   * @return the version
   */
  public int required() {
    return required;
  }
}
