package io.vibee.session.cli;

import io.vibee.session.FleetStatus;
import io.vibee.session.SessionLeases;
import io.vibee.session.cli.terminal.CliContext;
import io.vibee.session.cli.terminal.Format;
import io.vibee.session.json.FleetJson;
import io.vibee.session.process.UsageException;
import picocli.CommandLine;
import picocli.CommandLine.Parameters;

/** The commands {@code stop-fleet} and {@code resume-fleet}. */
abstract class BrakeCommand extends LeasesCommand {
  @CommandLine.Command(
      name = "stop-fleet",
      description = {
        "Keeps all agents from starting sessions, such as when Telegram refuses one after the other.",
        "",
        "What runs goes on: to stop an agent, drain it. resume-fleet lets them start sessions again.",
      },
      footer = "  vibee-session stop-fleet 'a bad deploy, ask Ann'")
  static final class Stop extends BrakeCommand {
    private static final int LONGEST = 255;

    @Parameters(paramLabel = "REASON", description = "why, for people: 1 to 255 characters")
    private String reason = "";

    Stop(CliContext context) {
      super(context);
    }

    @Override
    int change(SessionLeases leases) {
      if (reason.isBlank() || reason.length() > LONGEST) {
        throw new UsageException("REASON must have 1 to 255 characters");
      }
      boolean changed = leases.stop(reason);
      FleetStatus status = leases.status();
      tell(
          status,
          changed
              ? "the fleet is stopped: nothing more is started, what runs goes on, until somebody"
                  + " runs vibee-session resume-fleet"
              : "the fleet was stopped already, at "
                  + Format.time(status.stoppedAt().orElse(null))
                  + status.reason().map(why -> ": " + why).orElse(""));
      return 0;
    }
  }

  @CommandLine.Command(
      name = "resume-fleet",
      description = "Lets agents start sessions again, after stop-fleet.",
      footer = "  vibee-session resume-fleet")
  static final class Resume extends BrakeCommand {
    Resume(CliContext context) {
      super(context);
    }

    @Override
    int change(SessionLeases leases) {
      FleetStatus before = leases.status();
      boolean changed = leases.resume();
      tell(
          leases.status(),
          changed
              ? "the fleet goes on"
                  + before.reason().map(why -> "; it was stopped for: " + why).orElse("")
              : "the fleet was not stopped");
      return 0;
    }
  }

  private BrakeCommand(CliContext context) {
    super(context);
  }

  @Override
  public Integer call() {
    return withLeases((store, leases) -> change(leases));
  }

  abstract int change(SessionLeases leases);

  final void tell(FleetStatus status, String line) {
    print(FleetJson.write(status), line);
  }
}
