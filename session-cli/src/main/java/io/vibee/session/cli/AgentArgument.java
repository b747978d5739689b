package io.vibee.session.cli;

import io.vibee.session.AgentSummary;
import io.vibee.session.FleetOverview;
import io.vibee.session.cli.terminal.FailedException;
import io.vibee.session.cli.terminal.FailedException.Reason;
import io.vibee.session.process.UsageException;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Parameters;

/** An agent that has not ended, by its id or name. */
final class AgentArgument {
  static final String NAMES = "the id of an agent, or its name where it is unique";

  @Parameters(paramLabel = "AGENT", description = NAMES)
  private String name = "";

  AgentSummary find(FleetOverview fleet) {
    return find(fleet, name);
  }

  /** The name is not repeated in errors, like all that is typed, unless an agent has it. */
  static AgentSummary find(FleetOverview fleet, String name) {
    List<AgentSummary> found =
        fleet.living().stream()
            .filter(a -> a.name().equals(name) || Long.toString(a.agentId()).equals(name))
            .toList();
    if (found.size() == 1) return found.get(0);
    if (found.isEmpty()) {
      boolean ended =
          fleet.agents().stream()
              .anyMatch(a -> a.name().equals(name) || Long.toString(a.agentId()).equals(name));
      throw new FailedException(
          Reason.NO_SESSION,
          (ended ? "that agent has ended" : "no agent has this id or name")
              + ": vibee-session fleet lists those that live");
    }
    String ids =
        found.stream().map(a -> Long.toString(a.agentId())).collect(Collectors.joining(", "));
    throw new UsageException(
        "nothing was done, since "
            + found.size()
            + " agents have this name: give the id of one: "
            + ids
            + "; vibee-session fleet shows them");
  }
}
