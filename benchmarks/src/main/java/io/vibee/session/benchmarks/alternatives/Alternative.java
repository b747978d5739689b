package io.vibee.session.benchmarks.alternatives;

import java.util.function.Consumer;

/**
 * Another way to keep accounts with an encrypted secret in PostgreSQL, and to load all of them when
 * an agent starts. Each has its own database, and a pool of connections to it until it is closed.
 * Not thread-safe.
 */
public interface Alternative extends AutoCloseable {
  /**
   * Names the alternative.
   *
   * @return its name, as shown in a table of figures
   */
  String name();

  /**
   * Creates its tables with the indexes that they come with, and fills them with made-up accounts.
   *
   * @param sessions how many accounts
   */
  void fill(int sessions);

  /**
   * Loads every account, with its secret in plain text.
   *
   * @param sink receives each account as the library returns it, on the calling thread
   * @return how many there were
   */
  int loadAll(Consumer<Object> sink);

  /** Closes the connections. */
  @Override
  void close();
}
