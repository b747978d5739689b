package io.vibee.session.admin;

import io.vibee.session.AgentMark;
import io.vibee.session.AgentSummary;
import io.vibee.session.FleetOverview;
import io.vibee.session.ManagedSessionStore;
import io.vibee.session.SessionHolding;
import io.vibee.session.SessionHolding.State;
import io.vibee.session.SessionLeases;
import io.vibee.session.StoredTexts;
import io.vibee.session.admin.http.Problem;
import io.vibee.session.admin.http.Response;
import io.vibee.session.json.FleetJson;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Implements the calls that show a fleet, and those by which its operators tell it what to do. */
final class FleetCalls {
  private static final int LONGEST_REASON = 255;

  private final FleetAccess access;

  FleetCalls(ManagedSessionStore store) {
    access = new FleetAccess(store);
  }

  Response show(Call call) {
    boolean ended = call.query().word("ended", List.of("true", "false"), "false").equals("true");
    boolean counted = call.query().word("counts", List.of("true", "false"), "true").equals("true");
    return access.with(
        call,
        leases -> {
          FleetOverview fleet = FleetOverview.of(leases);
          List<AgentSummary> agents = ended ? fleet.agents() : fleet.living();
          @Nullable Map<State, Long> counts = counted ? leases.counts() : null;
          return Response.json(200, FleetJson.write(fleet, agents, counts).toString());
        });
  }

  Response drain(Call call) {
    return mark(call, AgentMark.DRAINING);
  }

  Response cordon(Call call) {
    return mark(call, AgentMark.CORDONED);
  }

  Response uncordon(Call call) {
    return mark(call, AgentMark.TAKING);
  }

  private Response mark(Call call, AgentMark mark) {
    long agentId = agentId(call.id());
    return access.with(
        call,
        leases -> {
          if (!leases.mark(agentId, mark)) throw noAgent();
          FleetOverview fleet = FleetOverview.of(leases);
          AgentSummary agent = fleet.agent(agentId).orElseThrow(FleetCalls::noAgent);
          return Response.json(200, FleetJson.write(fleet, agent).toString());
        });
  }

  private static long agentId(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw noAgent();
    }
  }

  private static Problem noAgent() {
    return Problem.of(404, "there is no such agent, or it has ended");
  }

  Response stop(Call call) {
    String reason =
        OnlyField.of(call.body(), "reason")
            .read(
                "a string of 1 to 255 characters",
                node -> node.isTextual() && isReason(node.textValue()) ? node.textValue() : null);
    return access.with(
        call,
        leases -> {
          leases.stop(reason);
          return Response.json(200, FleetJson.write(leases.status()).toString());
        });
  }

  private static boolean isReason(String text) {
    return !text.isBlank() && text.length() <= LONGEST_REASON && StoredTexts.canBeStored(text);
  }

  Response resume(Call call) {
    return access.with(
        call,
        leases -> {
          leases.resume();
          return Response.json(200, FleetJson.write(leases.status()).toString());
        });
  }

  Response holding(Call call) {
    return access.with(call, leases -> holding(leases, 200, call.id()));
  }

  Response clear(Call call) {
    return access.with(
        call,
        leases -> {
          find(leases, call.id());
          leases.clear(call.id());
          return holding(leases, 200, call.id());
        });
  }

  Response move(Call call) {
    long agentId =
        OnlyField.of(call.body(), "agent_id")
            .read(
                "a whole number of 64 bits",
                node ->
                    node.isIntegralNumber() && node.canConvertToLong() ? node.longValue() : null);
    return access.with(
        call,
        leases -> {
          SessionHolding before = find(leases, call.id());
          boolean its =
              before.state() == State.HELD && before.agentId().equals(Optional.of(agentId));
          if (its) return holding(leases, 200, call.id());
          if (!leases.want(agentId, call.id())) throw refused(leases, agentId);
          return holding(leases, 202, call.id());
        });
  }

  private static Problem refused(SessionLeases leases, long agentId) {
    Optional<AgentSummary> agent =
        FleetOverview.of(leases).agent(agentId).filter(summary -> !summary.ended());
    if (agent.isEmpty()) {
      return Problem.of(422, "nothing was asked for: see errors")
          .naming("agent_id", "is of no agent, or of one that has ended");
    }
    return Problem.of(
        409,
        agent.get().mark() == AgentMark.TAKING
            ? "somebody is changing the session at this moment: repeat the call"
            : "that agent is told to take no more: uncordon it first, or name another one");
  }

  private static SessionHolding find(SessionLeases leases, String sessionId) {
    return leases.find(sessionId).orElseThrow(StoreErrors::notFound);
  }

  private static Response holding(SessionLeases leases, int status, String sessionId) {
    SessionHolding holding = find(leases, sessionId);
    return Response.json(status, FleetJson.write(FleetOverview.of(leases), holding).toString());
  }
}
