package io.vibee.session.testkit.memory;

import io.vibee.session.AgentMark;
import io.vibee.session.AgentRegistration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** An agent of the fleet; guarded by the lock of {@link MemoryTables}. */
final class MemoryAgent {
  final long id;
  final AgentRegistration registration;
  long beat;
  AgentMark mark = AgentMark.TAKING;

  /** When it ended; null while it has not. */
  @Nullable Instant endedAt;

  /** Whether it left, rather than being ended by others. */
  boolean clean;

  MemoryAgent(long id, AgentRegistration registration, long beat) {
    this.id = id;
    this.registration = registration;
    this.beat = beat;
  }

  void end(Instant at, boolean byItself) {
    endedAt = at;
    clean = byItself;
  }

  boolean hasEnded() {
    return endedAt != null;
  }
}
