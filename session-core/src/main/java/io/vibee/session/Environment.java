package io.vibee.session;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The variables, read strictly: an empty one counts as not set, as shells and start.sh see it, and
 * a malformed one is an error that names it and never repeats its value.
 */
record Environment(Map<String, String> variables) {
  private static final Pattern POSITIVE_INT = Pattern.compile("[0-9]{1,10}");

  Environment {
    Map<String, String> set = new HashMap<>(variables);
    set.values().removeIf(Objects::isNull);
    variables = Map.copyOf(set);
  }

  Stream<String> names() {
    return variables.keySet().stream();
  }

  boolean isSet(String name) {
    return !variables.getOrDefault(name, "").isEmpty();
  }

  @Nullable String optional(String name) {
    return isSet(name) ? variables.get(name) : null;
  }

  String require(String name) {
    String value = optional(name);
    if (value == null) throw new MisconfiguredException(name + " is not set: set it");
    return value;
  }

  String requireId(String name) {
    String value = require(name);
    checked(name, () -> Texts.requireId("the value", value));
    return value;
  }

  @Nullable String optionalId(String name) {
    return isSet(name) ? requireId(name) : null;
  }

  @Nullable String optionalText(String name, int maximum) {
    String value = optional(name);
    checked(name, () -> Texts.requireText("the value", value, maximum));
    return value;
  }

  Secret requireSecret(String name) {
    String value = require(name);
    checked(name, () -> Texts.requireSecret("the value", value));
    return Secret.of(value);
  }

  int requirePositiveInt(String name) {
    String value = require(name);
    if (POSITIVE_INT.matcher(value).matches()) {
      long number = Long.parseLong(value);
      if (number > 0 && number <= Integer.MAX_VALUE) return (int) number;
    }
    throw new MisconfiguredException(name + " must be a whole number from 1 to 2147483647");
  }

  boolean isTrue(String name) {
    String value = variables.getOrDefault(name, "");
    if (value.equalsIgnoreCase("true")) return true;
    if (value.isEmpty() || value.equalsIgnoreCase("false")) return false;
    throw new MisconfiguredException(name + " must be true or false");
  }

  private static void checked(String name, Runnable check) {
    try {
      check.run();
    } catch (IllegalArgumentException e) {
      throw new MisconfiguredException(name + ": " + e.getMessage());
    }
  }

  /** The names only: values may be secrets. */
  @Override
  public String toString() {
    return "Environment" + variables.keySet().stream().sorted().toList();
  }
}
