package io.vibee.session.cli;

import io.vibee.session.AgentSummary;
import io.vibee.session.FleetOverview;
import io.vibee.session.FleetStatus;
import io.vibee.session.SessionHolding.State;
import io.vibee.session.SessionLeases;
import io.vibee.session.StoredTexts;
import io.vibee.session.cli.json.Json;
import io.vibee.session.cli.terminal.CliContext;
import io.vibee.session.cli.terminal.Format;
import io.vibee.session.cli.terminal.TextTable;
import io.vibee.session.json.FleetJson;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Option;

@CommandLine.Command(
    name = "fleet",
    description = {
      "Lists the agents that share the sessions, and counts the sessions that run and do not.",
      "",
      "HELD is how many sessions an agent owns, RUNNING how many of them were connected and healthy"
          + " when it was last heard of. One that is silent has not been heard of for longer than it"
          + " may: its peers end it, and take over what it holds. why tells of one session.",
    },
    footer = {
      "  vibee-session fleet",
      "  vibee-session fleet --all",
      "  vibee-session fleet --json | jq '.agents[] | select(.is_silent) | .name'",
    })
final class FleetCommand extends LeasesCommand {
  @Option(names = "--all", description = "also agents that have ended within the last week")
  private boolean all;

  FleetCommand(CliContext context) {
    super(context);
  }

  @Override
  public Integer call() {
    return withLeases((store, leases) -> show(leases));
  }

  private int show(SessionLeases leases) {
    FleetOverview fleet = FleetOverview.of(leases);
    Map<State, Long> counts = leases.counts();
    List<AgentSummary> agents = all ? fleet.agents() : fleet.living();
    if (json()) {
      out().println(Json.pretty(FleetJson.write(fleet, agents, counts)));
      return 0;
    }
    if (!agents.isEmpty()) table(fleet, agents).print(out(), context().terminal().columns());
    out().println(agents(fleet));
    out().println(sessions(fleet, counts));
    FleetStatus status = fleet.status();
    if (status.stopped()) out().println(StoredTexts.printableLine(stopped(status)));
    return 0;
  }

  private static TextTable table(FleetOverview fleet, List<AgentSummary> agents) {
    TextTable table =
        new TextTable(
            "ID",
            "NAME",
            "ADDRESS",
            "STATE",
            "GENERATION",
            "HELD",
            "RUNNING",
            "CAPACITY",
            "LAST BEAT");
    for (AgentSummary agent : agents) {
      table.add(
          Long.toString(agent.agentId()),
          agent.name(),
          agent.address().orElse("-"),
          state(agent),
          Long.toString(agent.generation()),
          Integer.toString(agent.held()),
          Integer.toString(agent.running()),
          Integer.toString(agent.capacity()),
          age(fleet.unheard(agent)) + " ago" + (fleet.isSilent(agent) ? ", silent" : ""));
    }
    return table;
  }

  private static String state(AgentSummary agent) {
    if (!agent.ended()) return agent.mark().name().toLowerCase(Locale.ROOT);
    return agent.clean() ? "left" : "declared dead";
  }

  private static String age(Duration duration) {
    if (duration.toMinutes() < 2) return duration.toSeconds() + " s";
    return duration.toHours() < 2 ? duration.toMinutes() + " min" : duration.toHours() + " h";
  }

  private static String agents(FleetOverview fleet) {
    long silent = fleet.living().stream().filter(fleet::isSilent).count();
    return Format.count(fleet.living().size(), "agent")
        + (silent == 0 ? "" : ", of which silent: " + silent);
  }

  private static String sessions(FleetOverview fleet, Map<State, Long> counts) {
    long running = fleet.living().stream().mapToLong(AgentSummary::running).sum();
    String others =
        counts.entrySet().stream()
            .filter(count -> count.getKey() != State.HELD)
            .map(count -> count.getValue() + " " + word(count.getKey()))
            .collect(Collectors.joining(", "));
    return Format.count(running, "session")
        + (running == 1 ? " runs, " : " run, ")
        + counts.getOrDefault(State.HELD, 0L)
        + " held by agents"
        + (others.isEmpty() ? "" : "; not held: " + others);
  }

  private static String word(State state) {
    return state.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static String stopped(FleetStatus status) {
    return "the fleet was stopped at "
        + Format.time(status.stoppedAt().orElse(null))
        + status.reason().map(reason -> " (" + reason + ")").orElse("")
        + ", so nothing more is started: vibee-session resume-fleet lets it go on";
  }
}
