package io.vibee.session.cli;

import picocli.CommandLine;

@CommandLine.Command(
    name = "deactivate",
    description = {
      "Keeps agents from loading sessions, and keeps their values.",
      "",
      "An agent that runs keeps what it has loaded until it is started again, unless the change was"
          + " made through that agent's own API. All are found before the first is changed.",
    },
    footer = "  vibee-session deactivate 100200300 @demo_user")
final class DeactivateCommand extends Activation {
  DeactivateCommand(Surroundings here) {
    super(here, false);
  }
}
