package io.vibee.session.testkit.memory;

import io.vibee.session.Lease;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How a store or a view of it comes to the tables.
 *
 * @param actor in whose name it changes them; null for nobody's
 * @param relied what must be held for a change; null for a store that is no such view
 * @param closeable false for a view, which closes with its store
 */
record MemoryAccess(
    MemoryTables tables,
    @Nullable String actor,
    @Nullable List<Lease> relied,
    boolean closeable,
    AtomicBoolean closed) {

  static MemoryAccess of(MemoryTables tables) {
    return new MemoryAccess(tables, null, null, true, new AtomicBoolean());
  }

  MemoryAccess actingAs(String name) {
    return new MemoryAccess(tables, name, relied, false, closed);
  }

  MemoryAccess under(List<Lease> leases) {
    return new MemoryAccess(tables, actor, leases, false, closed);
  }

  void requireOpen() {
    if (closed.get()) throw new IllegalStateException("the store is closed");
  }

  void ready() {
    requireOpen();
    tables.faults().apply();
  }

  <T> T with(Function<MemoryTables, T> work) {
    ready();
    return tables.transaction(() -> work.apply(tables));
  }

  /** Does what a view refuses once its leases are lost. */
  <T> T change(Function<MemoryTables, T> work) {
    return with(
        t -> {
          if (relied != null) t.fleet().requireHeld(relied);
          return work.apply(t);
        });
  }

  void close() {
    if (closeable) closed.set(true);
  }
}
