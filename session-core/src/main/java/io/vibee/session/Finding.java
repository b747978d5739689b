package io.vibee.session;

import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one check of {@link Diagnostics} found. Holds no secret, but may name hosts, roles, tables
 * and sessions. Text and remedy are one line each, without control characters, whatever names the
 * database brought.
 *
 * @param check its name in lower case, such as {@code row-security}, which scripts may rely on
 * @param status how it ended
 * @param text what is there, or what is wrong
 * @param remedy how to mend it; null where there is nothing to mend, or where the text says it
 * @param cause what kind of failure it is; null unless the status is {@link Status#FAILED}
 */
public record Finding(
    String check, Status status, String text, @Nullable String remedy, @Nullable Cause cause) {

  /** How a check ended. */
  public enum Status {
    /** Nothing is wrong. */
    OK,
    /** Everything works, but not as it should, or not for ever. */
    WARNING,
    /** Something does not work, or protects nothing. */
    FAILED,
    /** It could not be told, such as for want of tables, or had no meaning here. */
    SKIPPED;

    /**
     * The status as documents and command lines write it.
     *
     * @return in lower case
     */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Where to look for what made a check fail, as {@link SessionException}s tell it. */
  public enum Cause {
    /** A setting of the process, the database or a role. */
    MISCONFIGURED,
    /** The server cannot be reached, or refuses this role something. */
    UNAVAILABLE,
    /** A session's hash or a key. */
    UNREADABLE,
    /** Tables, functions and triggers are not those that this library knows. */
    SCHEMA;

    private static Cause of(SessionException error) {
      if (error instanceof StoreUnavailableException || error instanceof OutcomeUnknownException) {
        return UNAVAILABLE;
      }
      if (error instanceof UnreadableSessionException
          || error instanceof MasterKeyMissingException
          || error instanceof MasterKeyMismatchException) {
        return UNREADABLE;
      }
      return error instanceof SchemaVersionException ? SCHEMA : MISCONFIGURED;
    }
  }

  /** Checks that there is a cause just where something failed. */
  public Finding {
    Objects.requireNonNull(check, "check");
    Objects.requireNonNull(status, "status");
    text = StoredTexts.printableLine(text);
    remedy = remedy == null ? null : StoredTexts.printableLine(remedy);
    if ((status == Status.FAILED) != (cause != null)) {
      throw new IllegalArgumentException("a cause belongs to what failed, and to nothing else");
    }
  }

  /**
   * Nothing is wrong.
   *
   * @param check the check's name
   * @param text what is there
   * @return the finding
   */
  public static Finding ok(String check, String text) {
    return new Finding(check, Status.OK, text, null, null);
  }

  /**
   * Something works, but not as it should.
   *
   * @param check the check's name
   * @param text what is wrong
   * @param remedy how to mend it
   * @return the finding
   */
  public static Finding warning(String check, String text, String remedy) {
    return new Finding(check, Status.WARNING, text, remedy, null);
  }

  /**
   * Something does not work.
   *
   * @param check the check's name
   * @param cause what kind of failure it is
   * @param text what is wrong
   * @param remedy how to mend it
   * @return the finding
   */
  public static Finding failed(String check, Cause cause, String text, String remedy) {
    return new Finding(check, Status.FAILED, text, remedy, cause);
  }

  /**
   * Something does not work, as an error of the library says, whose message has the remedy in it.
   *
   * @param check the check's name
   * @param error what was thrown
   * @return the finding
   */
  public static Finding failed(String check, SessionException error) {
    String text = String.valueOf(error.getMessage());
    return new Finding(check, Status.FAILED, text, null, Cause.of(error));
  }

  /**
   * The check could not be made.
   *
   * @param check the check's name
   * @param why why not
   * @return the finding
   */
  public static Finding skipped(String check, String why) {
    return new Finding(check, Status.SKIPPED, why, null, null);
  }
}
