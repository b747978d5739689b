package io.vibee.session.testkit.memory;

import io.vibee.session.AgentHealth;
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

  /** How many of its sessions were connected and healthy at its latest beat. */
  int running;

  /** When it was steady the last time, by a beat; null if it never was. */
  @Nullable Instant steadyAt;

  final Instant startedAt;
  Instant seenAt;

  /** How many sessions it held when it ended. */
  int heldAtEnd;

  /** When it ended; null while it has not. */
  @Nullable Instant endedAt;

  /** Whether it left, rather than being ended by others. */
  boolean clean;

  MemoryAgent(long id, AgentRegistration registration, long beat, Instant now) {
    this.id = id;
    this.registration = registration;
    this.beat = beat;
    this.startedAt = now;
    this.seenAt = now;
  }

  /** Takes note of a sign of life. */
  void beat(long number, AgentHealth health, Instant now) {
    beat = number;
    running = health.running();
    seenAt = now;
    if (health.steady()) steadyAt = now;
  }

  void end(Instant at, boolean byItself, int held) {
    endedAt = at;
    heldAtEnd = held;
    clean = byItself;
  }

  boolean hasEnded() {
    return endedAt != null;
  }
}
