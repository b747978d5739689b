package io.vibee.session.cli;

import picocli.CommandLine;

@CommandLine.Command(
    name = "activate",
    description = "Lets agents load a session. One that is active stays as it is.",
    footer = "  vibee-session activate 100200300")
final class ActivateCommand extends Activation {
  ActivateCommand(Surroundings here) {
    super(here, true);
  }
}
