package io.vibee.session.benchmarks.jmh;

import io.vibee.session.UnreadableSession;
import io.vibee.session.jdbc.JdbcSessionStore;
import org.openjdk.jmh.infra.Blackhole;

/** Loads with the library's {@code forEachActive}, over a connection that is already open. */
final class StoreWay implements Way {
  private final JdbcSessionStore store;

  StoreWay(JdbcSessionStore store) {
    this.store = store;
    store.check();
  }

  @Override
  public int loadAll(Blackhole sink) {
    int[] count = {0};
    store.forEachActive(
        session -> {
          sink.consume(session);
          count[0]++;
        },
        StoreWay::refuse);
    return count[0];
  }

  private static void refuse(UnreadableSession unreadable) {
    throw new IllegalStateException(unreadable.toString());
  }

  @Override
  public void close() {
    store.close();
  }
}
