package io.vibee.session;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Something was configured, but wrongly: a malformed variable, one that another needs, or a URL
 * that cannot be honoured. Nothing else is tried in its place, since that could start another
 * account. One error says all that is wrong, as far as it can be told without connecting.
 */
public final class MisconfiguredException extends SessionException {

  private final transient List<Problem> problems;

  /** One thing that is wrong; about a variable that is not set, or something else. */
  private record Problem(String text, @Nullable String missing) {}

  /**
   * Creates the error.
   *
   * @param message what is wrong and how to mend it, naming the setting and never its value
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
   * Runs all of these checks, and throws one error with what all of them found.
   *
   * @param checks read settings, each by itself; what else they throw ends the checks
   * @throws MisconfiguredException if any of them did
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

  /** This error and what further checks find. */
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
   * What is wrong, each with how to mend it.
   *
   * @return one text or more; the message holds all of them
   */
  public List<String> problems() {
    return problems.stream().map(Problem::text).toList();
  }

  /**
   * Names the variables that are needed and not set, for those who ask for all of them in their own
   * words.
   *
   * @return the names without {@code _FILE}, in the order in which they were looked for
   */
  public List<String> missing() {
    return problems.stream().map(Problem::missing).filter(Objects::nonNull).toList();
  }

  /**
   * What is wrong, but for the variables that are {@link #missing}.
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
