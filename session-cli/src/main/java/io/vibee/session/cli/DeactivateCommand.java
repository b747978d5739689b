package io.vibee.session.cli;

import picocli.CommandLine;

@CommandLine.Command(
    name = "deactivate",
    description = {
      "Keeps agents from loading a session, and keeps its values.",
      "",
      "An agent that runs keeps what it has loaded until it is started again, unless the change was"
          + " made through that agent's own API.",
    },
    footer = "  vibee-session deactivate 100200300")
final class DeactivateCommand extends Activation {
  DeactivateCommand(Surroundings here) {
    super(here, false);
  }
}
