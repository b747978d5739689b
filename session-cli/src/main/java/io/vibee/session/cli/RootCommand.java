package io.vibee.session.cli;

import io.vibee.session.cli.terminal.CliContext;
import io.vibee.session.process.ExitCode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code vibee-session} by itself. */
@CommandLine.Command(
    name = Cli.NAME,
    versionProvider = RootCommand.Version.class,
    description = {
      "Manages the Telegram sessions in the database of DATABASE_URL.",
      "",
      "Settings come from the environment, and from .env and .envrc beside the project:",
      "  DATABASE_URL                 postgresql://user:password@host:5432/database",
      "  ENCRYPTION_MASTER_KEY_FILE   a key that the database never sees, if there is one",
      "  ENCRYPTION_MASTER_KEY        the same in a variable",
      "Secrets are never given as arguments, which others see in the list of processes.",
    },
    footer = {
      "  vibee-session migrate",
      "  vibee-session add 100200300 --session-id sess_demo0001 --api-id 94892 --phone +10005550123",
      "  vibee-session list",
      "  vibee-session doctor",
    })
final class RootCommand extends Command {
  @Spec private @Nullable CommandSpec spec;

  RootCommand(CliContext context) {
    super(context);
  }

  @Override
  public Integer call() {
    CommandSpec self = Objects.requireNonNull(spec);
    context().err().print(self.commandLine().getUsageMessage());
    context().err().println(Failures.line("name a command of the list above"));
    return ExitCode.MISCONFIGURED;
  }

  /** Tells the version in the jar's manifest. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = RootCommand.class.getPackage().getImplementationVersion();
      return new String[] {Cli.NAME + " " + (version == null ? "(not packaged)" : version)};
    }
  }
}
