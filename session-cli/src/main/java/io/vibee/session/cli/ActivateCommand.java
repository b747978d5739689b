package io.vibee.session.cli;

import picocli.CommandLine;

@CommandLine.Command(
    name = "activate",
    description = {
      "Lets agents load sessions. One that is active stays as it is.",
      "",
      "All are found before the first is changed.",
    },
    footer = {
      "  vibee-session activate 100200300",
      "  vibee-session activate @demo_user +10005550123 sess_demo0003",
    })
final class ActivateCommand extends Activation {
  ActivateCommand(Surroundings here) {
    super(here, true);
  }
}
