package io.vibee.session.jdbc;

import static io.vibee.session.jdbc.DatabaseUrlProblem.problem;

import java.util.List;
import java.util.Map;

/**
 * The list in {@code require_auth}: the ways to log in that are allowed, or, each with a {@code !},
 * those that are not.
 */
final class LibpqUriAuthMethods {
  private static final List<String> METHODS =
      List.of("password", "md5", "gss", "sspi", "scram-sha-256", "none");

  private LibpqUriAuthMethods() {}

  /** The rule for {@code require_auth}; the driver reads the same list, and checks it later. */
  static void apply(String keyword, String value, Map<String, String> properties) {
    if (value.isEmpty()) return;
    check(keyword, value);
    properties.put("requireAuth", value);
  }

  /** Refuses what libpq would, before the driver can repeat it in an exception. */
  static void check(String keyword, String value) {
    List<String> items = List.of(value.split(",", -1));
    boolean negative = value.startsWith("!");
    if (!items.stream().allMatch(item -> isMethod(item, negative))) {
      throw problem(
          keyword
              + " must be a list of "
              + String.join(", ", METHODS)
              + " with commas between them, either all or none with a ! before it");
    }
    if (items.stream().distinct().count() < items.size()) {
      throw problem(keyword + " holds a method twice");
    }
    // Drivers before 42.7.14 take an empty set of allowed methods for no restriction at all.
    if (negative && items.size() == METHODS.size()) {
      throw problem(keyword + " leaves no way to log in");
    }
  }

  private static boolean isMethod(String item, boolean negative) {
    if (item.startsWith("!") != negative) return false;
    return METHODS.contains(negative ? item.substring(1) : item);
  }
}
