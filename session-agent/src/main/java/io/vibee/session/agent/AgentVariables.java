package io.vibee.session.agent;

import io.vibee.session.Environment;
import io.vibee.session.MisconfiguredException;
import io.vibee.session.agent.bridge.HttpBridge;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * The variables of an agent, apart from those that say what to load.
 *
 * @param bridge the bridge at {@code VIBEE_BRIDGE_URL}, if that is set
 * @param pollInterval how often it is asked: {@code VIBEE_POLL_SECONDS}, if that is set
 * @param fleet the part in a fleet, if a variable whose name begins with SESSION_FLEET is set
 */
record AgentVariables(
    Optional<HttpBridge> bridge, Optional<Duration> pollInterval, Optional<FleetOptions> fleet) {
  private static final String POLL = "VIBEE_POLL_SECONDS";

  static AgentVariables of(Map<String, String> environment) {
    Environment env = Environment.of(environment);
    MisconfiguredException.checkAll(
        () -> HttpBridge.fromEnvironment(environment),
        () -> pollInterval(env),
        () -> FleetOptions.fromEnvironment(environment));
    boolean fleet =
        environment.keySet().stream().anyMatch(name -> name.startsWith("SESSION_FLEET"));
    return new AgentVariables(
        HttpBridge.fromEnvironment(environment),
        pollInterval(env),
        fleet ? Optional.of(FleetOptions.fromEnvironment(environment)) : Optional.empty());
  }

  private static Optional<Duration> pollInterval(Environment environment) {
    String seconds = environment.find(POLL).orElse("");
    if (seconds.isEmpty()) return Optional.empty();
    if (!seconds.matches("[0-9]{1,4}") || Integer.parseInt(seconds) == 0) {
      throw new MisconfiguredException(
          POLL + " must be a number of seconds from 1 to 9999, as in VIBEE_POLL_SECONDS=30");
    }
    return Optional.of(Duration.ofSeconds(Integer.parseInt(seconds)));
  }
}
