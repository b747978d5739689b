package io.vibee.session.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vibee.session.cli.backup.BackupCipher;
import io.vibee.session.cli.terminal.CliContext;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The command line as a whole: all commands, and what they have in common. */
final class Cli {
  static final String NAME = "vibee-session";

  /** picocli can wrap no narrower than this. */
  private static final int MIN_HELP_COLUMNS = 55;

  private static final int MAX_HELP_COLUMNS = 100;
  private static final Map<String, String> EXIT_CODES = exitCodes();

  private final CliContext context;
  private final BackupCipher cipher;
  private final Failures failures;

  /**
   * Prepares the commands.
   *
   * @param cipher what encrypts a backup
   */
  Cli(CliContext context, BackupCipher cipher) {
    this.context = context;
    this.cipher = cipher;
    this.failures = new Failures(context.err());
  }

  /** Runs one command; whatever goes wrong becomes an exit code and one line. */
  int run(String... args) {
    try {
      Arguments.refuseSecrets(args);
      Arguments.refuseLostLetters(args);
      return commandLine().execute(args);
    } catch (RuntimeException | Error e) {
      return failures.report(e);
    } finally {
      context.out().flush();
    }
  }

  private CommandLine commandLine() {
    CommandLine root = new CommandLine(new RootCommand(context));
    List<Command> commands =
        List.of(
            new MigrateCommand(context),
            new AddCommand(context),
            new ListCommand(context),
            new ShowCommand(context),
            new ActivationCommand.Activate(context),
            new ActivationCommand.Deactivate(context),
            new DeleteCommand(context),
            new ActivityCommand(context),
            new ImportEnvCommand(context),
            new GenerateKeyCommand(context),
            new RotateKeyCommand(context),
            new KeysCommand(context),
            new FleetCommand(context),
            new WhyCommand(context),
            new ClearCommand(context),
            new MoveCommand(context),
            new MarkCommand.Drain(context),
            new MarkCommand.Cordon(context),
            new MarkCommand.Uncordon(context),
            new BrakeCommand.Stop(context),
            new BrakeCommand.Resume(context),
            new ExportCommand(context, cipher),
            new ImportCommand(context),
            new DoctorCommand(context));
    commands.forEach(root::addSubcommand);
    root.addSubcommand(new CompletionCommand(context, this::commandLine));
    root.getCommandSpec().addOption(version());
    configure(root);
    root.getSubcommands().values().forEach(this::configure);
    return root;
  }

  private static OptionSpec help() {
    return OptionSpec.builder("-h", "--help").usageHelp(true).description("show this help").build();
  }

  private static OptionSpec version() {
    return OptionSpec.builder("-V", "--version")
        .versionHelp(true)
        .description("show the version of this program")
        .build();
  }

  private void configure(CommandLine command) {
    command
        // A file named by @ would be read into the arguments, and shown by an error about them.
        .setExpandAtFiles(false)
        .setInterpolateVariables(false)
        .setParameterExceptionHandler(failures)
        .setExecutionExceptionHandler(failures)
        .setUsageHelpWidth(helpColumns(context.terminal().columns()))
        .setOut(writer(context.out()))
        .setErr(writer(context.err()));
    command.getCommandSpec().addOption(help());
    UsageMessageSpec usage = command.getCommandSpec().usageMessage();
    usage
        .synopsisHeading("usage: ")
        .sortOptions(false)
        .sortSynopsis(false)
        .descriptionHeading("%n")
        .parameterListHeading("%n")
        .optionListHeading("%nOptions:%n")
        .commandListHeading("%nCommands:%n")
        .exitCodeListHeading("%nExit codes:%n")
        .exitCodeList(EXIT_CODES)
        .footerHeading("%nExamples:%n");
  }

  private static Map<String, String> exitCodes() {
    Map<String, String> codes = new LinkedHashMap<>();
    codes.put("0", "done");
    codes.put("1", "a defect, or the output cannot be written");
    codes.put("2", "wrong options or settings, a conflict, or refused");
    codes.put("3", "no such session or agent");
    codes.put("4", "the database cannot be reached, or refuses");
    codes.put("5", "a hash or file cannot be decrypted");
    codes.put("6", "the schema is missing, older or newer: run migrate, or update this program");
    codes.put("7", "the session does not run, runs elsewhere, or is in quarantine");
    return codes;
  }

  private static int helpColumns(int columns) {
    return Math.max(MIN_HELP_COLUMNS, Math.min(MAX_HELP_COLUMNS, columns));
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, UTF_8), true);
  }
}
