package io.vibee.session;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who holds a session, or why it does not run. Immutable; two are equal if all their values are.
 */
public final class SessionHolding {
  /** Why a session runs or does not. */
  public enum State {
    /** An agent holds it. */
    HELD,
    /** Its agent has ended; the next claim takes it. */
    ORPHANED,
    /** Nobody holds it, and an agent with room may claim it. */
    FREE,
    /** It was released a moment ago. */
    COOLING,
    /** Telegram asked for a pause. */
    QUIET,
    /** It was stopped for everybody. */
    QUARANTINED,
    /** An agent that takes no part in the fleet has reported it. */
    ELSEWHERE,
    /** It is not active. */
    INACTIVE,
    /** It was deleted. */
    DELETED,
    /** The whole fleet was stopped. */
    STOPPED,
    /** There is no agent. */
    NO_AGENT
  }

  private final Lease lease;
  private final State state;
  private final @Nullable String detail;
  private final @Nullable Instant until;
  private final @Nullable Instant since;
  private final @Nullable Long agentId;
  private final @Nullable String agent;
  private final @Nullable String address;

  /**
   * Creates a holding.
   *
   * @param lease the session, and its latest token
   * @param state why it runs or does not
   * @param detail the reason, or null
   * @param until when it may run again, or null
   * @param since since when it is held or quarantined, or null
   * @param agentId whose it is or was, or null
   * @param agent that agent's name, or null
   * @param address that agent's address, or null
   */
  public SessionHolding(
      Lease lease,
      State state,
      @Nullable String detail,
      @Nullable Instant until,
      @Nullable Instant since,
      @Nullable Long agentId,
      @Nullable String agent,
      @Nullable String address) {
    this.lease = Objects.requireNonNull(lease, "lease");
    this.state = Objects.requireNonNull(state, "state");
    this.detail = detail;
    this.until = until;
    this.since = since;
    this.agentId = agentId;
    this.agent = agent;
    this.address = address;
  }

  /**
   * Returns the session, and its latest token.
   *
   * @return the lease; whether it is held says {@link #state}
   */
  public Lease lease() {
    return lease;
  }

  /**
   * Returns why the session runs or does not.
   *
   * @return the state
   */
  public State state() {
    return state;
  }

  /**
   * Returns why it was quarantined, or the fleet stopped.
   *
   * @return the reason, as somebody wrote it
   */
  public Optional<String> detail() {
    return Optional.ofNullable(detail);
  }

  /**
   * Returns when it may be claimed again.
   *
   * @return the time; empty if no time brings that about
   */
  public Optional<Instant> until() {
    return Optional.ofNullable(until);
  }

  /**
   * Returns since when it is held or quarantined.
   *
   * @return the time, by the store's clock
   */
  public Optional<Instant> since() {
    return Optional.ofNullable(since);
  }

  /**
   * Returns the agent that holds it, or that held it when it ended.
   *
   * @return the agent's id
   */
  public Optional<Long> agentId() {
    return Optional.ofNullable(agentId);
  }

  /**
   * Returns that agent's name.
   *
   * @return the name
   */
  public Optional<String> agent() {
    return Optional.ofNullable(agent);
  }

  /**
   * Returns where that agent can be reached.
   *
   * @return the address, if it told one
   */
  public Optional<String> address() {
    return Optional.ofNullable(address);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SessionHolding holding
        && lease.equals(holding.lease)
        && state == holding.state
        && Objects.equals(detail, holding.detail)
        && Objects.equals(until, holding.until)
        && Objects.equals(since, holding.since)
        && Objects.equals(agentId, holding.agentId)
        && Objects.equals(agent, holding.agent)
        && Objects.equals(address, holding.address);
  }

  @Override
  public int hashCode() {
    return Objects.hash(lease, state, detail, until, since, agentId, agent, address);
  }

  /** Describes it in one line for logs, without control characters, which could forge others. */
  @Override
  public String toString() {
    return Texts.printable(lease.sessionId())
        + " "
        + state
        + (agent == null ? "" : " by " + Texts.printable(agent));
  }
}
