package io.vibee.session;

import java.util.OptionalInt;

/**
 * The tables are missing, or come from an older or newer migration than this library's. Nothing was
 * read or written.
 */
public final class SchemaVersionException extends SessionException {

  /** How the tables differ from those that this library needs. */
  public enum State {
    /** There are none. */
    MISSING,
    /** They are those of the earlier schema, which has no version. */
    EARLIER,
    /** They have a lower version. */
    OLDER,
    /** They have a higher version. */
    NEWER
  }

  private final State state;

  /** The version that was found, if {@link #state} has one. */
  private final int found;

  private final int required;

  private SchemaVersionException(State state, int found, int required) {
    this(state, found, required, message(state, found, required));
  }

  private SchemaVersionException(State state, int found, int required, String message) {
    super(message);
    this.state = state;
    this.found = found;
    this.required = required;
  }

  /**
   * Says that there are no tables.
   *
   * @param required the version that this library needs
   * @return the error
   */
  public static SchemaVersionException missing(int required) {
    return new SchemaVersionException(State.MISSING, 0, required);
  }

  /**
   * Says that the tables are those of the earlier schema, which has no version.
   *
   * @param required the version that this library needs
   * @return the error
   */
  public static SchemaVersionException earlier(int required) {
    return new SchemaVersionException(State.EARLIER, 0, required);
  }

  /**
   * Says that the tables have another version.
   *
   * @param found the version of the tables
   * @param required the version that this library needs
   * @return the error
   */
  public static SchemaVersionException of(int found, int required) {
    return new SchemaVersionException(
        found > required ? State.NEWER : State.OLDER, found, required);
  }

  /**
   * Says that the tables that agents of a fleet share are missing, or have another version. Those
   * of the sessions are not concerned.
   *
   * @param found the version of the tables; 0 if there are none
   * @param required the version that this library needs
   * @return the error
   */
  public static SchemaVersionException ofFleet(int found, int required) {
    if (found > required) {
      return new SchemaVersionException(
          State.NEWER,
          found,
          required,
          "the fleet's tables have version %s, this library knows %s: update the library"
              .formatted(found, required));
    }
    return new SchemaVersionException(
        found == 0 ? State.MISSING : State.OLDER,
        found,
        required,
        (found == 0
                ? "the fleet's tables are missing"
                : "the fleet's tables have version %s, this library needs %s"
                    .formatted(found, required))
            + ": run the migrations, for example ./start.sh --migrate, or psql \"$DATABASE_URL\" <"
            + " migrations/002_fleet.sql, after 001; if they did run, check the role's search_path");
  }

  private static String message(State state, int found, int required) {
    return switch (state) {
      case MISSING -> toMigrate("is missing");
      case EARLIER -> toMigrate("is the earlier one, without a version");
      case OLDER -> toMigrate("has version %s, this library needs %s".formatted(found, required));
      case NEWER ->
          "the database schema has version %s, this library knows %s: update the library"
              .formatted(found, required);
    };
  }

  private static String toMigrate(String problem) {
    return "the database schema "
        + problem
        + ": run the migrations, for example ./start.sh --migrate, or psql \"$DATABASE_URL\" <"
        + " migrations/001_user_sessions.sql; if they did run, check the role's search_path";
  }

  /**
   * Tells how the tables differ.
   *
   * @return their state
   */
  public State state() {
    return state;
  }

  /**
   * Returns the version that was found.
   *
   * @return the version; empty if there are no tables, or none with a version
   */
  public OptionalInt found() {
    boolean versioned = state == State.OLDER || state == State.NEWER;
    return versioned ? OptionalInt.of(found) : OptionalInt.empty();
  }

  /**
   * Returns the version that this library needs.
   *
   * @return the version
   */
  public int required() {
    return required;
  }
}
