package io.vibee.session.cli;

import io.vibee.session.FleetOverview;
import io.vibee.session.ManagedSessionStore;
import io.vibee.session.SessionHolding;
import io.vibee.session.SessionLeases;
import io.vibee.session.SessionSummary;
import io.vibee.session.cli.terminal.CliContext;
import io.vibee.session.cli.terminal.FailedException;
import io.vibee.session.cli.terminal.FailedException.Reason;
import io.vibee.session.json.FleetJson;
import io.vibee.session.process.ExitCode;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;

@CommandLine.Command(
    name = "why",
    description = {
      "Says where a session runs; or why it does not, and what to do about it.",
      "",
      "One line. The exit code is 0 if an agent of the fleet holds it and is not silent, otherwise"
          + " 7.",
    },
    footer = {
      "  vibee-session why 100200300",
      "  vibee-session why sess_demo0001 --json | jq -r .state",
    })
final class WhyCommand extends LeasesCommand {
  @Mixin private final SessionArguments.One session = new SessionArguments.One();

  WhyCommand(CliContext context) {
    super(context);
  }

  @Override
  public Integer call() {
    return withLeases(this::explain);
  }

  private int explain(ManagedSessionStore store, SessionLeases leases) {
    SessionSummary found;
    try {
      found = session.find(store, context().err());
    } catch (FailedException e) {
      // A lease outlives its session: one that was deleted may still run.
      if (e.reason() != Reason.NO_SESSION) throw e;
      return tell(leases, session.asSessionId().flatMap(leases::find).orElseThrow(() -> e), "");
    }
    SessionHolding holding =
        leases
            .find(found.sessionId())
            .orElseThrow(
                () ->
                    new FailedException(
                        Reason.UNAVAILABLE,
                        "the fleet knows nothing of this session, which was written while the"
                            + " triggers were off: run vibee-session migrate, which mends that"));
    return tell(leases, holding, " of user " + found.userId());
  }

  private int tell(SessionLeases leases, SessionHolding holding, String ofUser) {
    FleetOverview fleet = FleetOverview.of(leases);
    print(
        FleetJson.write(fleet, holding),
        "session " + holding.lease().sessionId() + ofUser + ": " + fleet.explain(holding));
    return fleet.runs(holding) ? 0 : ExitCode.TAKEN;
  }
}
