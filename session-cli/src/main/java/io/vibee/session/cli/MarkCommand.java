package io.vibee.session.cli;

import io.vibee.session.AgentMark;
import io.vibee.session.AgentSummary;
import io.vibee.session.FleetOverview;
import io.vibee.session.SessionLeases;
import io.vibee.session.cli.terminal.CliContext;
import io.vibee.session.cli.terminal.FailedException;
import io.vibee.session.cli.terminal.FailedException.Reason;
import io.vibee.session.cli.terminal.Format;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;

/**
 * The commands {@code drain}, {@code cordon} and {@code uncordon}, which differ in what they tell
 * an agent.
 */
abstract class MarkCommand extends LeasesCommand {
  private final AgentMark mark;

  @Mixin private final AgentArgument agent = new AgentArgument();

  @CommandLine.Command(
      name = "drain",
      description = {
        "Tells an agent to let go of all its sessions, and to claim no more.",
        "",
        "It hears of that with its next beat; others claim each session as its connection is closed."
            + " Its process goes on, and uncordon lets it claim again.",
      },
      footer = {
        "  vibee-session drain agent-3",
        "  vibee-session drain 1099511627779",
      })
  static final class Drain extends MarkCommand {
    Drain(CliContext context) {
      super(context, AgentMark.DRAINING);
    }
  }

  @CommandLine.Command(
      name = "cordon",
      description = {
        "Tells an agent to claim no more sessions, and to keep those that it has.",
        "",
        "It hears of that with its next beat. uncordon lets it claim again.",
      },
      footer = "  vibee-session cordon agent-3")
  static final class Cordon extends MarkCommand {
    Cordon(CliContext context) {
      super(context, AgentMark.CORDONED);
    }
  }

  @CommandLine.Command(
      name = "uncordon",
      description = {
        "Lets an agent claim sessions again that was told to drain, or to claim no more.",
      },
      footer = "  vibee-session uncordon agent-3")
  static final class Uncordon extends MarkCommand {
    Uncordon(CliContext context) {
      super(context, AgentMark.TAKING);
    }
  }

  private MarkCommand(CliContext context, AgentMark mark) {
    super(context);
    this.mark = mark;
  }

  @Override
  public Integer call() {
    return withLeases((store, leases) -> mark(leases));
  }

  private int mark(SessionLeases leases) {
    FleetOverview fleet = FleetOverview.of(leases);
    AgentSummary found = agent.find(fleet);
    if (!leases.mark(found.agentId(), mark)) {
      throw new FailedException(
          Reason.NO_SESSION,
          "that agent has ended a moment ago: vibee-session fleet lists those that live");
    }
    Map<String, @Nullable Object> document = new LinkedHashMap<>();
    document.put("agent_id", found.agentId());
    document.put("name", found.name());
    document.put("state", mark.name().toLowerCase(Locale.ROOT));
    document.put("held", found.held());
    print(document, "agent " + found.name() + " (" + found.agentId() + ") " + what(found));
    if (fleet.isSilent(found)) {
      note(
          "it is silent, so it may not hear of that: its peers end it and take over what it holds");
    }
    return 0;
  }

  private String what(AgentSummary found) {
    return switch (mark) {
      case DRAINING ->
          "drains: it lets go of " + Format.count(found.held(), "session") + ", and claims no more";
      case CORDONED ->
          "is cordoned: it keeps " + Format.count(found.held(), "session") + ", and claims no more";
      case TAKING -> "claims sessions again";
    };
  }
}
