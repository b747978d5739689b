package io.vibee.session;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Something was configured, but wrongly: a malformed variable, a missing one that another variable
 * requires, or a URL that cannot be honoured. No other source is tried in its place, since that
 * could start the wrong account. One error reports everything that is wrong, as far as that can be
 * told without connecting.
 */
public final class MisconfiguredException extends SessionException {

  private final transient List<Problem> problems;

  /**
   * One thing that is wrong; {@code missing} names the variable if the problem is that it is not
   * set.
   */
  private record Problem(String text, @Nullable String missing) {}

  /**
   * Creates the error.
   *
   * @param message what is wrong and how to fix it, naming the setting and never its value
   */
  public MisconfiguredException(String message) {
    this(List.of(new Problem(message, null)));
  }

  private MisconfiguredException(List<Problem> problems) {
    super(problems.size() == 1 ? problems.get(0).text() : numbered(problems));
    this.problems = List.copyOf(problems);
  }

  static MisconfiguredException missing(String variable, String message) {
    return new MisconfiguredException(List.of(new Problem(message, variable)));
  }

  private static String numbered(List<Problem> problems) {
    StringBuilder all = new StringBuilder().append(problems.size()).append(" settings are wrong");
    for (int i = 0; i < problems.size(); i++) {
      all.append(i == 0 ? ": (" : "; (").append(i + 1).append(") ").append(problems.get(i).text());
    }
    return all.toString();
  }

  /**
   * Runs all of these checks, and throws one error with everything that they found.
   *
   * @param checks read settings, each on its own; any other exception ends the checks
   * @throws MisconfiguredException if any of them threw one
   */
  public static void checkAll(Runnable... checks) {
    checkAll(Arrays.asList(checks));
  }

  static void checkAll(List<Runnable> checks) {
    Set<Problem> found = new LinkedHashSet<>();
    for (Runnable check : checks) {
      try {
        check.run();
      } catch (MisconfiguredException e) {
        found.addAll(e.problems);
      }
    }
    if (!found.isEmpty()) throw new MisconfiguredException(new ArrayList<>(found));
  }

  /** Adds to this error what further checks find. */
  MisconfiguredException and(Runnable... checks) {
    Set<Problem> found = new LinkedHashSet<>(problems);
    try {
      checkAll(checks);
    } catch (MisconfiguredException e) {
      found.addAll(e.problems);
    }
    return new MisconfiguredException(new ArrayList<>(found));
  }

  /**
   * Everything that is wrong, each problem with how to fix it.
   *
   * @return at least one text; the message holds all of them
   */
  public List<String> problems() {
    return problems.stream().map(Problem::text).toList();
  }

  /**
   * Names the required variables that are not set, for callers that ask for them in their own
   * words.
   *
   * @return the names without {@code _FILE}, in the order in which they were looked for
   */
  public List<String> missing() {
    return problems.stream().map(Problem::missing).filter(Objects::nonNull).toList();
  }

  /**
   * Everything that is wrong except the variables that are {@link #missing}.
   *
   * @return some or all of the {@link #problems}
   */
  public List<String> malformed() {
    return problems.stream()
        .filter(problem -> problem.missing() == null)
        .map(Problem::text)
        .toList();
  }
}
