package io.vibee.session;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a process's environment variables strictly. Public so that agents can read variables of
 * their own as the library reads its.
 *
 * <p>An empty variable counts as not set. {@code DATABASE_URL}, {@code TELEGRAM_API_HASH} (and its
 * numbered variants) and {@code VIBEE_API_KEY} may be in a file instead, as Docker mounts secrets:
 * its path is in the variable of that name with {@code _FILE} at the end, and one line break at the
 * end of its text is dropped. A value in quotes is refused: {@code docker --env-file} keeps quotes
 * as part of the value.
 *
 * <p>Errors name the variable and never repeat its value. Immutable, thread-safe.
 */
public final class Environment {
  private static final String FILE = "_FILE";
  private static final Pattern IN_FILES =
      Pattern.compile("DATABASE_URL|VIBEE_API_KEY|TELEGRAM_API_HASH(_[0-9]+)?");

  /** What Java puts in place of a letter that the locale's charset lacks. */
  private static final char REPLACEMENT = '\uFFFD';

  private static final Pattern POSITIVE_INT = Pattern.compile("[0-9]{1,10}");
  private static final Pattern NUMBER_AT_END = Pattern.compile("_[0-9]+$");

  /** Made-up values that show what a variable looks like, for error messages. */
  private static final Map<String, String> EXAMPLES =
      Map.of(
          "DATABASE_URL", "postgresql://user:password@host:5432/database",
          "MULTI_TENANT", "true",
          "SESSION_SOURCE", "user",
          "USER_ID", "100200300",
          "TELEGRAM_SESSION_ID", "sess_legacy0001",
          "TELEGRAM_API_ID", "94892",
          "TELEGRAM_API_HASH", "fedcba9876543210fedcba9876543210");

  private final transient Map<String, String> variables;

  private Environment(Map<String, String> variables) {
    this.variables = variables;
  }

  /**
   * Wraps variables without checking them yet.
   *
   * @param variables such as {@link System#getenv()}
   * @return an environment that reads them
   */
  public static Environment of(Map<String, String> variables) {
    Map<String, String> set = new HashMap<>(variables);
    set.values().removeIf(Objects::isNull);
    return new Environment(Map.copyOf(set));
  }

  /** The variables as they were given. */
  Map<String, String> variables() {
    return variables;
  }

  Stream<String> names() {
    return variables.keySet().stream();
  }

  /** Whether the variable or its file is set, even to something that {@link #find} refuses. */
  boolean isSet(String name) {
    return hasText(name) || hasText(name + FILE);
  }

  /** The name of the variable that is actually set: this one, or the one that names a file. */
  String setBy(String name) {
    return hasText(name) ? name : name + FILE;
  }

  private boolean hasText(String name) {
    return !text(name).isEmpty();
  }

  private String text(String name) {
    return variables.getOrDefault(name, "");
  }

  /**
   * Finds the value of a variable, in the variable itself or in the file that it names.
   *
   * @param name the variable, without {@code _FILE}
   * @return its value; empty when it is not set
   * @throws MisconfiguredException if the value is in quotes, is given twice, is in a file that
   *     cannot be used, or is in a file although this variable is not read from files
   */
  public Optional<String> find(String name) {
    return Optional.ofNullable(optional(name));
  }

  @Nullable String optional(String name) {
    String file = name + FILE;
    if (hasText(file)) {
      if (!IN_FILES.matcher(name).matches()) {
        throw new MisconfiguredException(file + " is not read: put the value itself in " + name);
      }
      if (hasText(name)) {
        throw new MisconfiguredException(
            name + " and " + file + " are both set: unset one, they could differ");
      }
      return intact(file, SecretFile.read(file, text(file)));
    }
    return hasText(name) ? intact(name, text(name)) : null;
  }

  private static String intact(String name, String value) {
    lostLetters(Map.of(name, value))
        .ifPresent(
            complaint -> {
              throw new MisconfiguredException(complaint);
            });
    char first = value.charAt(0);
    boolean quoted =
        value.length() > 1
            && (first == '"' || first == '\'')
            && first == value.charAt(value.length() - 1);
    if (!quoted) return value;
    throw new MisconfiguredException(
        name
            + ": the value is in quotes, which would be a part of it: remove them; a shell takes"
            + " quotes away, docker --env-file keeps them");
  }

  /**
   * Looks for texts that lost letters before they got here. Java reads variables, arguments and
   * typed input in the locale's charset, and puts U+FFFD in place of any letter that this charset
   * lacks.
   *
   * @param texts the texts, each under the name by which users know it
   * @return a complaint that names each such text, in the map's order, and says what to do; empty
   *     if all texts are whole
   */
  public static Optional<String> lostLetters(Map<String, String> texts) {
    List<String> names =
        texts.entrySet().stream()
            .filter(text -> text.getValue().indexOf(REPLACEMENT) >= 0)
            .map(Map.Entry::getKey)
            .toList();
    if (names.isEmpty()) return Optional.empty();
    return Optional.of(
        String.join(", ", names)
            + ": not all letters arrived, since they do not fit the locale's charset: set a locale"
            + " of UTF-8, such as LC_ALL=C.UTF-8");
  }

  /**
   * Copies these variables with the values themselves in place of the files that hold them, for
   * code that reads a map.
   *
   * @return a copy, in which no {@code _FILE} variable is left that {@link #find} reads
   * @throws MisconfiguredException if one of these values cannot be read, as {@link #find} throws
   */
  public Map<String, String> withoutFiles() {
    Map<String, String> all = new HashMap<>(variables);
    MisconfiguredException.checkAll(
        names()
            .filter(name -> name.endsWith(FILE) && hasText(name))
            .map(file -> file.substring(0, file.length() - FILE.length()))
            .filter(IN_FILES.asMatchPredicate())
            .sorted()
            .<Runnable>map(name -> () -> all.put(name, require(name)))
            .toList());
    all.keySet().removeIf(this::namesFile);
    return all;
  }

  private boolean namesFile(String name) {
    return name.endsWith(FILE)
        && IN_FILES.matcher(name.substring(0, name.length() - FILE.length())).matches();
  }

  String require(String name) {
    String value = optional(name);
    if (value == null) {
      throw MisconfiguredException.missing(name, withExample(name, " is not set: set it"));
    }
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
    checked(setBy(name), () -> Texts.requireSecret("the value", value));
    return Secret.of(value);
  }

  int requirePositiveInt(String name) {
    String value = require(name);
    if (POSITIVE_INT.matcher(value).matches()) {
      long number = Long.parseLong(value);
      if (number > 0 && number <= Integer.MAX_VALUE) return (int) number;
    }
    throw problem(name, " must be a whole number from 1 to 2147483647");
  }

  boolean isTrue(String name) {
    @Nullable String value = optional(name);
    if (value == null || value.equalsIgnoreCase("false")) return false;
    if (value.equalsIgnoreCase("true")) return true;
    throw problem(name, " must be true or false");
  }

  private static void checked(String name, Runnable check) {
    try {
      check.run();
    } catch (IllegalArgumentException e) {
      throw problem(name, ": " + e.getMessage());
    }
  }

  private static MisconfiguredException problem(String name, String what) {
    return new MisconfiguredException(withExample(name, what));
  }

  private static String withExample(String name, String what) {
    String example = EXAMPLES.get(NUMBER_AT_END.matcher(name).replaceFirst(""));
    return name + what + (example == null ? "" : ", as in " + name + "=" + example);
  }

  /** Shows the names only, since values may be secrets. */
  @Override
  public String toString() {
    return "Environment" + variables.keySet().stream().sorted().toList();
  }
}
