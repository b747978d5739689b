package io.vibee.session;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * An agent of a fleet, for people.
 *
 * @param agentId its id
 * @param name the name that it registered with
 * @param address where it can be reached; empty if it told none
 * @param generation which deployment it belongs to
 * @param capacity how many sessions it takes at most
 * @param held how many sessions it holds, or held when it ended
 * @param running how many of them were connected and healthy at its latest beat
 * @param steady whether it has been {@linkplain AgentHealth#steady steady} at some time
 * @param mark what it is to do; {@link AgentMark#DRAINING} once it has ended
 * @param ended whether it has ended
 * @param clean whether it ended by itself, rather than being ended by others; false while it lives
 * @param startedAt when it registered, by the store's clock as all times here
 * @param seenAt when its latest beat came. Nothing may compare it: that clock can jump
 * @param endedAt when it ended; empty while it lives
 * @param silence how long it may be silent before others end it
 */
public record AgentSummary(
    long agentId,
    String name,
    Optional<String> address,
    long generation,
    int capacity,
    int held,
    int running,
    boolean steady,
    AgentMark mark,
    boolean ended,
    boolean clean,
    Instant startedAt,
    Instant seenAt,
    Optional<Instant> endedAt,
    Duration silence) {
  /** Checks that nothing is null. */
  public AgentSummary {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(address, "address");
    Objects.requireNonNull(mark, "mark");
    Objects.requireNonNull(startedAt, "startedAt");
    Objects.requireNonNull(seenAt, "seenAt");
    Objects.requireNonNull(endedAt, "endedAt");
    Objects.requireNonNull(silence, "silence");
  }

  /** Describes the agent in one line for logs, without control characters. */
  @Override
  public String toString() {
    return "agent "
        + agentId
        + " "
        + Texts.printable(name)
        + (ended ? clean ? ", left" : ", declared dead" : ", " + mark)
        + ", holds "
        + held
        + " of "
        + capacity;
  }
}
