package io.vibee.session.agent;

import io.vibee.session.MisconfiguredException;
import io.vibee.session.SessionLoader;
import io.vibee.session.SessionSource;
import io.vibee.session.agent.bridge.Bridge;
import io.vibee.session.agent.bridge.HttpBridge;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets up a {@link SessionAgent} for those who have a store, a bridge, a clock or threads of their
 * own. What is passed in stays the caller's to close. Not thread-safe.
 */
public final class SessionAgentBuilder {
  private static final Logger log = LoggerFactory.getLogger(SessionAgent.class);

  final SessionSource source;
  final SessionHandler handler;
  @Nullable Bridge bridge;
  Duration pollInterval = Duration.ofSeconds(30);
  Ticker ticker = Ticker.SYSTEM;
  @Nullable Executor executor;
  StartQueue.@Nullable Pace pace;
  Duration closeTimeout = Duration.ofSeconds(3);
  FleetOptions fleet = FleetOptions.auto();
  LongConsumer loadProgress =
      read -> log.info("the load goes on: {} sessions were read so far", read);

  SessionAgentBuilder(SessionSource source, SessionHandler handler) {
    this.source = Objects.requireNonNull(source, "source");
    this.handler = Objects.requireNonNull(handler, "handler");
  }

  /**
   * Sets the bridge and how often it is asked by variables: {@code VIBEE_BRIDGE_URL} and {@code
   * VIBEE_API_KEY}, see {@link HttpBridge#fromEnvironment}, and {@code VIBEE_POLL_SECONDS}, 1 to
   * 9999. Sets the part in a fleet by {@link FleetOptions#fromEnvironment}. What they do not name
   * stays as it is.
   *
   * @param environment the variables, such as {@link System#getenv()}
   * @return this builder
   * @throws MisconfiguredException if a variable is malformed; names each
   */
  public SessionAgentBuilder environment(Map<String, String> environment) {
    AgentVariables variables = AgentVariables.of(environment);
    variables.bridge().ifPresent(this::bridge);
    variables.pollInterval().ifPresent(this::pollInterval);
    variables.fleet().ifPresent(this::fleet);
    return this;
  }

  /**
   * Sets the bridge that is asked which sessions are authorized; none unless set.
   *
   * @param value the bridge
   * @return this builder
   */
  public SessionAgentBuilder bridge(Bridge value) {
    bridge = Objects.requireNonNull(value, "bridge");
    return this;
  }

  /**
   * Sets how often the bridge is asked; 30 seconds unless set. Sessions are marked as seen as
   * often, but at least every 30 seconds, since monitoring relies on that.
   *
   * @param value the time between two rounds, more than zero
   * @return this builder
   * @throws IllegalArgumentException if it is not
   */
  public SessionAgentBuilder pollInterval(Duration value) {
    pollInterval = requirePositive("pollInterval", value);
    return this;
  }

  /**
   * Sets the clock by which the agent waits between two heartbeats, rounds, tries and starts, for
   * tests that move it. Unless {@link #pace} is set, sessions are then not paced. Unless this is
   * set, waits follow no clock that anybody can set. An agent with a clock takes part in a fleet
   * only if it is asked to, whose times are the process's. The time that {@link
   * SessionAgent#close()} takes always is the process's.
   *
   * @param value the clock
   * @return this builder
   */
  public SessionAgentBuilder clock(Clock value) {
    ticker = Ticker.of(Objects.requireNonNull(value, "clock"));
    return this;
  }

  /**
   * Sets what calls the handler. Unless set, daemon threads of the agent's own do, one for each
   * call that is under way. An executor that runs calls on the thread that hands them over starts
   * sessions in order, before {@link SessionAgent#start} returns; but then one call that hangs
   * holds up the whole agent, closing included. In a fleet sessions are started later, as they are
   * claimed.
   *
   * @param value the executor
   * @return this builder
   */
  public SessionAgentBuilder executor(Executor value) {
    executor = Objects.requireNonNull(value, "executor");
    return this;
  }

  /**
   * Sets how fast sessions are started, since Telegram bans an address that reconnects hundreds of
   * accounts at once. Unless set, 8 at once and one every 20 milliseconds: 1,000 sessions take at
   * least 20 seconds. A start that has not returned for 30 seconds no longer counts.
   *
   * @param atOnce how many starts are under way at most, 1 or more
   * @param apart the time between two starts, zero or more
   * @return this builder
   * @throws IllegalArgumentException if a value is too small
   */
  public SessionAgentBuilder pace(int atOnce, Duration apart) {
    Objects.requireNonNull(apart, "apart");
    if (atOnce < 1 || apart.isNegative()) {
      throw new IllegalArgumentException("atOnce must be 1 or more, apart zero or more");
    }
    pace = new StartQueue.Pace(atOnce, apart);
    return this;
  }

  /**
   * Sets how long {@link SessionAgent#close()} and the end of {@link SessionAgent#run()} wait for
   * handlers; 3 seconds unless set. Kubernetes and Docker kill a process 30 and 10 seconds after
   * they asked it to end.
   *
   * @param value the time, more than zero
   * @return this builder
   * @throws IllegalArgumentException if it is not
   */
  public SessionAgentBuilder closeTimeout(Duration value) {
    closeTimeout = requirePositive("closeTimeout", value);
    if (value.compareTo(Duration.ofDays(1)) > 0) closeTimeout = Duration.ofDays(1);
    return this;
  }

  /**
   * Sets how the agent takes part in a fleet; {@link FleetOptions#auto} unless set.
   *
   * @param value the options
   * @return this builder
   * @throws MisconfiguredException if its times do not fit each other
   */
  public SessionAgentBuilder fleet(FleetOptions value) {
    value.settings();
    fleet = value;
    return this;
  }

  /**
   * Sets who is told that a long load goes on; the log unless set.
   *
   * @param value told as by {@link SessionLoader#forEach(Consumer, LongConsumer)}
   * @return this builder
   */
  public SessionAgentBuilder loadProgress(LongConsumer value) {
    loadProgress = Objects.requireNonNull(value, "loadProgress");
    return this;
  }

  private static Duration requirePositive(String name, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(name + " must be more than zero");
    }
    return value;
  }

  StartQueue.Pace paceOrDefault() {
    if (pace != null) return pace;
    Duration apart = ticker.equals(Ticker.SYSTEM) ? Duration.ofMillis(20) : Duration.ZERO;
    return new StartQueue.Pace(8, apart);
  }

  /**
   * Makes the agent, which starts nothing yet.
   *
   * @return the agent, which the caller closes
   */
  public SessionAgent build() {
    return new SessionAgent(this, null);
  }
}
