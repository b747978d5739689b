package io.vibee.session.benchmarks.alternatives;

import java.util.function.Consumer;

/** Another way to keep sessions in PostgreSQL, made from the JDBC URL of a database of its own. */
public interface Alternative extends AutoCloseable {
  /**
   * What the tables call it.
   *
   * @return its name
   */
  String name();

  /**
   * Makes its tables and as many sessions.
   *
   * @param sessions how many
   */
  void fill(int sessions);

  /**
   * Loads all of them, their hashes in clear.
   *
   * @param sink is given each session
   * @return how many there were
   */
  int loadAll(Consumer<Object> sink);

  /** Ends its connections. */
  @Override
  void close();
}
