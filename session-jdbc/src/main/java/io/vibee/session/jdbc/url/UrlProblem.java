package io.vibee.session.jdbc.url;

import io.vibee.session.MisconfiguredException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Words the errors about {@code DATABASE_URL}.
 *
 * <p>A malformed URL may hold its password anywhere: in the port, in the name of a parameter, in
 * the database. So errors repeat nothing of the URL except names that this package's own tables
 * contain or that cannot be part of a password, and they have no cause.
 */
final class UrlProblem {
  private static final String ENCODE =
      "; in a user name or password, write @ as %40, : as %3A, / as %2F, ? as %3F, # as %23,"
          + " & as %26, = as %3D, a space as %20 and % as %25";

  private static final Pattern PARAMETER = Pattern.compile("[a-z_]{2,40}");
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{[A-Za-z_][A-Za-z0-9_]*}");

  private UrlProblem() {}

  /** Whether a URL contains a variable that a shell would have expanded. */
  static boolean holdsVariable(String url) {
    return VARIABLE.matcher(url).find();
  }

  /** Addition to an error that such a variable may have caused. */
  static final String NOT_EXPANDED =
      "; it holds a ${...}, and nothing in .env or DATABASE_URL is expanded: write the value itself";

  /** Returns an error; the text must not contain any of the URL. */
  static MisconfiguredException problem(String what) {
    return new MisconfiguredException("DATABASE_URL: " + what);
  }

  /** Returns an error for what usually results from a password that was not percent-encoded. */
  static MisconfiguredException malformed(String what) {
    return problem(what + ENCODE);
  }

  /**
   * Returns an error for an unknown parameter. It names the parameter only if the name cannot be
   * the part of a password after a {@code ?} or {@code &}: no {@code @} follows, and no password is
   * a parameter.
   *
   * @param query all parameters
   * @param who does not know the parameter
   */
  static MisconfiguredException unknown(String name, int number, String query, String who) {
    boolean harmless =
        PARAMETER.matcher(name).matches()
            && query.indexOf('@') < 0
            && !query.toLowerCase(Locale.ROOT).contains("password");
    return harmless
        ? problem(name + " is no parameter that " + who + " knows: correct it, or leave it out")
        : malformed("parameter number " + number + " is none that " + who + " knows");
  }

  /** Returns an error for a parameter that the driver cannot honour. */
  static MisconfiguredException refused(String keyword, String why) {
    return problem(keyword + " cannot be honoured: " + why);
  }
}
