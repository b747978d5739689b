package io.vibee.session.cli;

import io.vibee.session.cli.terminal.CliContext;
import java.util.function.Supplier;
import picocli.AutoComplete;
import picocli.CommandLine;

@CommandLine.Command(
    name = "completion",
    description = {
      "Prints a script that teaches bash or zsh to complete commands and options.",
    },
    footer = {
      "  source <(vibee-session completion)        # in ~/.bashrc or ~/.zshrc",
      "  vibee-session completion > /etc/bash_completion.d/vibee-session",
    })
final class CompletionCommand extends Command {
  private final Supplier<CommandLine> commandLine;

  CompletionCommand(CliContext context, Supplier<CommandLine> commandLine) {
    super(context);
    this.commandLine = commandLine;
  }

  @Override
  public Integer call() {
    out().print(AutoComplete.bash(Cli.NAME, commandLine.get()));
    return 0;
  }
}
