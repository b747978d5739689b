package io.vibee.session.jdbc;

import io.vibee.session.MisconfiguredException;

/**
 * Words for what is wrong with {@code DATABASE_URL}.
 *
 * <p>A malformed URL may hold its password anywhere: in the port, in the name of a parameter, in
 * the database. So nothing of the URL is ever repeated, save names that stand in this package's own
 * tables, and no error has a cause.
 */
final class DatabaseUrlProblem {
  private static final String ENCODE =
      "; in a user name or password, write @ as %40, : as %3A, / as %2F, ? as %3F, # as %23,"
          + " & as %26, = as %3D, a space as %20 and % as %25";

  private DatabaseUrlProblem() {}

  /** An error that says what is wrong; the text must hold nothing of the URL. */
  static MisconfiguredException problem(String what) {
    return new MisconfiguredException("DATABASE_URL: " + what);
  }

  /** The same for what usually comes of a password that was not percent-encoded. */
  static MisconfiguredException malformed(String what) {
    return problem(what + ENCODE);
  }

  /** A parameter that the driver has nothing for. */
  static MisconfiguredException refused(String keyword, String why) {
    return problem(keyword + " cannot be honoured: " + why);
  }
}
