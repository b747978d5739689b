package io.vibee.session.benchmarks.jmh;

import java.sql.SQLException;
import org.openjdk.jmh.infra.Blackhole;

/** One way to load all sessions, with its connection open. */
interface Way extends AutoCloseable {
  /** Returns how many there were. */
  int loadAll(Blackhole sink) throws SQLException;

  @Override
  void close() throws SQLException;
}
