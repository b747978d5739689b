package io.vibee.session.jdbc.url;

import io.vibee.session.MisconfiguredException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Words for what is wrong with {@code DATABASE_URL}.
 *
 * <p>A malformed URL may hold its password anywhere: in the port, in the name of a parameter, in
 * the database. So nothing of the URL is ever repeated, save names that stand in this package's own
 * tables or cannot be part of a password, and no error has a cause.
 */
final class UrlProblem {
  private static final String ENCODE =
      "; in a user name or password, write @ as %40, : as %3A, / as %2F, ? as %3F, # as %23,"
          + " & as %26, = as %3D, a space as %20 and % as %25";

  private static final Pattern PARAMETER = Pattern.compile("[a-z_]{2,40}");
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{[A-Za-z_][A-Za-z0-9_]*}");

  private UrlProblem() {}

  /** Whether a URL holds what a shell would have expanded; nothing of it is repeated. */
  static boolean holdsVariable(String url) {
    return VARIABLE.matcher(url).find();
  }

  /** What to add to an error that may come of it. */
  static final String NOT_EXPANDED =
      "; it holds a ${...}, and nothing in .env or DATABASE_URL is expanded: write the value itself";

  /** An error that says what is wrong; the text must hold nothing of the URL. */
  static MisconfiguredException problem(String what) {
    return new MisconfiguredException("DATABASE_URL: " + what);
  }

  /** The same for what usually comes of a password that was not percent-encoded. */
  static MisconfiguredException malformed(String what) {
    return problem(what + ENCODE);
  }

  /**
   * A parameter that nobody knows. It is named where its name cannot be what stands behind the
   * {@code ?} or {@code &} of a password: no {@code @} comes later, and no password is a parameter.
   *
   * @param query all parameters
   * @param who does not know it
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

  /** A parameter that the driver has nothing for. */
  static MisconfiguredException refused(String keyword, String why) {
    return problem(keyword + " cannot be honoured: " + why);
  }
}
