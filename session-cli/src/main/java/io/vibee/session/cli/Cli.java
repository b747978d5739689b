package io.vibee.session.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The command line as a whole: all commands, and what holds for each of them. */
final class Cli {
  static final String NAME = "vibee-session";

  /** picocli can wrap no narrower than this. */
  private static final int LEAST_HELP_COLUMNS = 55;

  private static final int HELP_COLUMNS = 100;
  private static final Map<String, String> EXIT_CODES = exitCodes();

  private Cli() {}

  /** Runs one command; everything that can go wrong becomes an exit code and one line. */
  static int run(Surroundings here, String... args) {
    Failures failures = new Failures(here.err());
    try {
      SecretArguments.refuse(args);
      LostLetters.refuseIn(args);
      return commandLine(here, failures).execute(args);
    } catch (RuntimeException | Error e) {
      return failures.report(e);
    } finally {
      here.out().flush();
    }
  }

  static CommandLine commandLine(Surroundings here, Failures failures) {
    CommandLine root = new CommandLine(new RootCommand(here));
    List<Command> commands =
        List.of(
            new MigrateCommand(here),
            new AddCommand(here),
            new ListCommand(here),
            new ShowCommand(here),
            new ActivateCommand(here),
            new DeactivateCommand(here),
            new DeleteCommand(here),
            new ActivityCommand(here),
            new ImportEnvCommand(here),
            new GenerateKeyCommand(here),
            new RotateKeyCommand(here),
            new KeysCommand(here),
            new ExportCommand(here),
            new ImportCommand(here),
            new DoctorCommand(here));
    commands.forEach(root::addSubcommand);
    root.addSubcommand(new CompletionCommand(here, () -> commandLine(here, failures)));
    root.getCommandSpec().addOption(version());
    configure(root, here, failures);
    root.getSubcommands().values().forEach(command -> configure(command, here, failures));
    return root;
  }

  private static OptionSpec help() {
    return OptionSpec.builder("-h", "--help").usageHelp(true).description("this text").build();
  }

  private static OptionSpec version() {
    return OptionSpec.builder("-V", "--version")
        .versionHelp(true)
        .description("the version of this program")
        .build();
  }

  private static void configure(CommandLine command, Surroundings here, Failures failures) {
    command
        // A file named by @ would be read into the arguments, and shown by an error about them.
        .setExpandAtFiles(false)
        .setInterpolateVariables(false)
        .setParameterExceptionHandler(failures)
        .setExecutionExceptionHandler(failures)
        .setUsageHelpWidth(helpColumns(here.terminal().columns()))
        .setOut(writer(here.out()))
        .setErr(writer(here.err()));
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
    codes.put("3", "no such session");
    codes.put("4", "the database cannot be reached, or refuses");
    codes.put("5", "a hash or file cannot be decrypted");
    codes.put("6", "the schema is missing, older or newer: run migrate, or update this program");
    return codes;
  }

  private static int helpColumns(int columns) {
    return Math.max(LEAST_HELP_COLUMNS, Math.min(HELP_COLUMNS, columns));
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, UTF_8), true);
  }
}
