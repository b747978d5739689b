package io.vibee.session.benchmarks.alternatives;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** The alternatives that are measured, by the names that tables and parameters have for them. */
public final class Alternatives {
  /** From a JDBC URL. */
  private static final Map<String, Function<String, Alternative>> ALL = new LinkedHashMap<>();

  // To add one: static { ALL.put("name", NameOfItsClass::new); }

  private Alternatives() {}

  /**
   * All names, in the order of the tables.
   *
   * @return the names
   */
  public static Iterable<String> names() {
    return ALL.keySet();
  }

  /**
   * Makes one of them.
   *
   * @param name one of {@link #names()}
   * @param jdbcUrl a database of its own
   * @return the alternative
   */
  public static Alternative open(String name, String jdbcUrl) {
    Function<String, Alternative> opener = ALL.get(name);
    if (opener == null) throw new IllegalArgumentException("no alternative " + name);
    return opener.apply(jdbcUrl);
  }
}
