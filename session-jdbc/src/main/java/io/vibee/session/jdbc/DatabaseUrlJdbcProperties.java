package io.vibee.session.jdbc;

import static io.vibee.session.jdbc.DatabaseUrlProblem.problem;
import static io.vibee.session.jdbc.DatabaseUrlProblem.refused;
import static io.vibee.session.jdbc.DatabaseUrlProblem.unknown;

import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;

/** Which of the driver's properties a URL may set, and to what. */
final class DatabaseUrlJdbcProperties {
  private static final String LOADS_CLASS =
      "it loads a class by name, which an environment variable must not be able to do";
  private static final String IGNORED = "the driver ignores it";

  private static final Map<String, String> REFUSED =
      Map.ofEntries(
          Map.entry("authenticationPluginClassName", LOADS_CLASS),
          Map.entry("classLoaderStrategy", LOADS_CLASS),
          Map.entry("connectExecutor", LOADS_CLASS),
          Map.entry("connectExecutorArg", LOADS_CLASS),
          Map.entry("socketFactory", LOADS_CLASS),
          Map.entry("socketFactoryArg", LOADS_CLASS),
          Map.entry("sslfactoryarg", LOADS_CLASS),
          Map.entry("sslhostnameverifier", LOADS_CLASS),
          Map.entry("sslpasswordcallback", LOADS_CLASS),
          Map.entry("xmlFactoryFactory", LOADS_CLASS),
          Map.entry("loggerFile", IGNORED),
          Map.entry("loggerLevel", IGNORED),
          Map.entry("replication", "sessions are not read over a replication connection"),
          Map.entry("service", "write host, port and database into the URL"));

  private DatabaseUrlJdbcProperties() {}

  /** Names a parameter that nobody has only where it cannot be part of a password. */
  static void requireAllowed(String name, int number, String query) {
    String why = REFUSED.get(name);
    if (why != null) throw refused(name, why);
    if (PGProperty.forName(name) != null) return;
    if (LibpqUriRules.isKnown(name)) {
      throw problem(name + " is no property of the driver, only of postgresql:// URLs");
    }
    throw unknown(name, number, query, "the driver");
  }

  /**
   * The value as the driver writes it, or an error where the driver would fail later, with the
   * value in its message, or take something else without a word.
   */
  static String checked(String name, String value) {
    return switch (name) {
      case "PGHOST", "PGPORT", "PGDBNAME", "user", "password" -> value;
      case "requireAuth" -> authMethods(name, value);
      case "sslfactory" -> ownFactory(name, value);
      case "ssl" -> value.isEmpty() ? value : choice(name, value, "true", "false");
      default -> byDefault(name, value, PGProperty.forName(name));
    };
  }

  /** Properties say by their choices, or by their default, what they take. */
  private static String byDefault(String name, String value, @Nullable PGProperty property) {
    if (property == null) return value;
    if (property.getChoices() != null) return choice(name, value, property.getChoices());
    String standard = String.valueOf(property.getDefaultValue());
    if (standard.equals("true") || standard.equals("false")) {
      return choice(name, value, "true", "false");
    }
    if (LibpqUriNumber.parse(standard) == null) return value;
    Integer number = LibpqUriNumber.parse(value);
    if (number == null) throw problem(name + " must be a whole number");
    return number.toString();
  }

  private static String choice(String name, String value, String... choices) {
    return Arrays.stream(choices)
        .filter(value::equalsIgnoreCase)
        .findFirst()
        .orElseThrow(() -> problem(name + " must be one of " + String.join(", ", choices)));
  }

  private static String authMethods(String name, String value) {
    LibpqUriAuthMethods.check(name, value);
    return value;
  }

  /** The driver's own factories that verify as sslmode says; one of the others never does. */
  private static String ownFactory(String name, String value) {
    return choice(
        name, value, "org.postgresql.ssl.DefaultJavaSSLFactory", "org.postgresql.ssl.LibPQFactory");
  }
}
