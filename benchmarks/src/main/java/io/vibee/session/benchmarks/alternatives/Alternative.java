package io.vibee.session.benchmarks.alternatives;

import java.util.function.Consumer;

/**
 * Another way to keep accounts with an encrypted secret in PostgreSQL, and to load all of them when
 * an agent starts. Each has a database of its own, and a pool of connections to it until it is
 * closed. For one thread.
 */
public interface Alternative extends AutoCloseable {
  /**
   * Tells what it is.
   *
   * @return its name, as it stands in a table of figures
   */
  String name();

  /**
   * Makes its tables, with the indexes that they come with, and fills them with made-up accounts.
   *
   * @param sessions how many accounts
   */
  void fill(int sessions);

  /**
   * Loads every account, with its secret in clear.
   *
   * @param sink is given each as the library hands it over, by the thread that calls this
   * @return how many there were
   */
  int loadAll(Consumer<Object> sink);

  /** Closes the connections. */
  @Override
  void close();
}
