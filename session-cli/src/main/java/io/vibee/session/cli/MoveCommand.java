package io.vibee.session.cli;

import io.vibee.session.AgentMark;
import io.vibee.session.AgentSummary;
import io.vibee.session.FleetOverview;
import io.vibee.session.ManagedSessionStore;
import io.vibee.session.SessionHolding;
import io.vibee.session.SessionHolding.State;
import io.vibee.session.SessionLeases;
import io.vibee.session.SessionSummary;
import io.vibee.session.cli.terminal.CliContext;
import io.vibee.session.process.UsageException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@CommandLine.Command(
    name = "move",
    description = {
      "Asks the agent that holds a session to let go of it, so that another one takes it.",
      "",
      "The holder hears of that with its next beat, and closes the connection; for a minute, nobody"
          + " but the other one claims the session. why tells what came of it.",
    },
    footer = {
      "  vibee-session move 100200300 agent-3",
      "  vibee-session move --session sess_demo0001 1099511627779",
    })
final class MoveCommand extends LeasesCommand {
  @Mixin private final SessionArguments.One session = new SessionArguments.One();

  @Parameters(index = "1", paramLabel = "AGENT", description = AgentArgument.NAMES)
  private String agent = "";

  MoveCommand(CliContext context) {
    super(context);
  }

  @Override
  public Integer call() {
    return withLeases(this::move);
  }

  private int move(ManagedSessionStore store, SessionLeases leases) {
    SessionSummary found = session.find(store, context().err());
    FleetOverview fleet = FleetOverview.of(leases);
    AgentSummary to = AgentArgument.find(fleet, agent);
    Optional<SessionHolding> before = leases.find(found.sessionId());
    boolean its =
        before.isPresent()
            && before.get().state() == State.HELD
            && before.get().agentId().filter(id -> id == to.agentId()).isPresent();
    if (!its && !leases.want(to.agentId(), found.sessionId())) throw refused(to);
    Map<String, @Nullable Object> document = new LinkedHashMap<>();
    document.put("user_id", found.userId());
    document.put("session_id", found.sessionId());
    document.put("agent_id", to.agentId());
    document.put("agent", to.name());
    document.put("asked", !its);
    print(
        document,
        "session "
            + found.sessionId()
            + " of user "
            + found.userId()
            + (its ? " is held by " + to.name() + " already" : asked(fleet, before, to)));
    if (!its && !fleet.hasRoom(to)) {
      note(
          to.name()
              + (fleet.isSilent(to) ? " is silent" : " is full")
              + ", so it may not take the session, which anybody takes after a minute");
    }
    return 0;
  }

  private static String asked(
      FleetOverview fleet, Optional<SessionHolding> before, AgentSummary to) {
    if (before.isEmpty()) return " is wanted by " + to.name();
    SessionHolding now = before.get();
    return switch (now.state()) {
      case HELD ->
          ": %s is asked to let go of it with its next beat, then %s takes it"
              .formatted(now.agent().orElse("its agent"), to.name());
      case FREE, COOLING, ORPHANED ->
          " is held by nobody: for a minute, only " + to.name() + " may take it";
      default -> " is kept for " + to.name() + " for a minute, but it " + fleet.explain(now);
    };
  }

  private static UsageException refused(AgentSummary to) {
    return new UsageException(
        to.mark() == AgentMark.TAKING
            ? "nothing was asked for, since somebody is changing the session, or the agent has just"
                + " ended: run this again"
            : "nothing was asked for, since that agent is told to take no more: run vibee-session"
                + " uncordon "
                + to.agentId()
                + " first, or name another one");
  }
}
