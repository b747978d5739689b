package io.vibee.session.json;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vibee.session.AgentSummary;
import io.vibee.session.FleetOverview;
import io.vibee.session.FleetStatus;
import io.vibee.session.SessionHolding;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes what operators see of a fleet as JSON, with the names and in the order of the REST API.
 *
 * <p>Thread-safe.
 */
@SuppressWarnings("exports") // who calls this has Jackson
public final class FleetJson {
  private FleetJson() {}

  /**
   * Writes a fleet.
   *
   * @param fleet the fleet
   * @param agents those of its agents that are to be in it
   * @param counts how many sessions run, and why the others do not; null to leave that out
   * @return an object of the caller's own
   */
  public static ObjectNode write(
      FleetOverview fleet,
      List<AgentSummary> agents,
      @Nullable Map<SessionHolding.State, Long> counts) {
    ObjectNode json = write(fleet.status());
    if (counts != null) json.set("sessions", write(counts));
    ArrayNode list = json.putArray("agents");
    agents.forEach(agent -> list.add(write(fleet, agent)));
    return json;
  }

  private static ObjectNode write(Map<SessionHolding.State, Long> counts) {
    ObjectNode json = Jackson.MAPPER.createObjectNode();
    for (SessionHolding.State state : SessionHolding.State.values()) {
      json.put(word(state), counts.getOrDefault(state, 0L));
    }
    return json;
  }

  /**
   * Writes whether a fleet was stopped.
   *
   * @param status what the store tells
   * @return an object of the caller's own
   */
  public static ObjectNode write(FleetStatus status) {
    ObjectNode json = Jackson.MAPPER.createObjectNode();
    json.put("at", SessionJson.time(status.at()));
    json.put("stopped", status.stopped());
    json.put("stopped_at", SessionJson.time(status.stoppedAt().orElse(null)));
    json.put("reason", status.reason().orElse(null));
    return json;
  }

  /**
   * Writes an agent.
   *
   * @param fleet the fleet that it belongs to
   * @param agent the agent
   * @return an object of the caller's own
   */
  public static ObjectNode write(FleetOverview fleet, AgentSummary agent) {
    ObjectNode json = Jackson.MAPPER.createObjectNode();
    json.put("agent_id", agent.agentId());
    json.put("name", agent.name());
    json.put("address", agent.address().orElse(null));
    json.put("state", agent.ended() ? "ended" : word(agent.mark()));
    json.put("generation", agent.generation());
    json.put("capacity", agent.capacity());
    json.put("held", agent.held());
    json.put("running", agent.running());
    json.put("is_steady", agent.steady());
    json.put("is_silent", fleet.isSilent(agent));
    json.put("unheard_ms", fleet.unheard(agent).toMillis());
    json.put("silence_ms", agent.silence().toMillis());
    json.put("started_at", SessionJson.time(agent.startedAt()));
    json.put("seen_at", SessionJson.time(agent.seenAt()));
    json.put("ended_at", SessionJson.time(agent.endedAt().orElse(null)));
    json.put("ended_cleanly", agent.clean());
    return json;
  }

  /**
   * Writes who holds a session, or why it does not run.
   *
   * @param fleet the fleet
   * @param holding who holds it
   * @return an object of the caller's own
   */
  public static ObjectNode write(FleetOverview fleet, SessionHolding holding) {
    ObjectNode json = Jackson.MAPPER.createObjectNode();
    json.put("session_id", holding.lease().sessionId());
    json.put("state", word(holding.state()));
    json.put("runs", fleet.runs(holding));
    json.put("explanation", fleet.explain(holding));
    json.put("reason", holding.detail().orElse(null));
    json.put("until", SessionJson.time(holding.until().orElse(null)));
    json.put("since", SessionJson.time(holding.since().orElse(null)));
    json.put("agent_id", holding.agentId().orElse(null));
    json.put("agent", holding.agent().orElse(null));
    json.put("address", holding.address().orElse(null));
    json.put("token", holding.lease().token());
    return json;
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
