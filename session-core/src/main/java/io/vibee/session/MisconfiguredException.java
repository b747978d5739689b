package io.vibee.session;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Something was configured, but wrongly: a malformed variable, one that another needs, or a URL
 * that cannot be honoured. Nothing else is tried in its place, since that could start another
 * account. One error says all that is wrong, as far as it can be told without connecting.
 */
public final class MisconfiguredException extends SessionException {

  private final transient List<String> problems;

  /**
   * Creates the error.
   *
   * @param message what is wrong and how to mend it, naming the setting and never its value
   */
  public MisconfiguredException(String message) {
    this(List.of(message));
  }

  private MisconfiguredException(List<String> problems) {
    super(problems.size() == 1 ? problems.get(0) : numbered(problems));
    this.problems = List.copyOf(problems);
  }

  private static String numbered(List<String> problems) {
    StringBuilder all = new StringBuilder().append(problems.size()).append(" settings are wrong");
    for (int i = 0; i < problems.size(); i++) {
      all.append(i == 0 ? ": (" : "; (").append(i + 1).append(") ").append(problems.get(i));
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
    Set<String> found = new LinkedHashSet<>();
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
    Set<String> found = new LinkedHashSet<>(problems);
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
    return problems;
  }
}
