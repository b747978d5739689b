package io.vibee.session.cli;

import io.vibee.session.SessionException;
import io.vibee.session.StoredTexts;
import io.vibee.session.cli.terminal.FailedException;
import io.vibee.session.process.ArgumentNames;
import io.vibee.session.process.ExitCode;
import io.vibee.session.process.UsageException;
import java.io.PrintStream;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.MutuallyExclusiveArgsException;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Turns whatever is thrown into an exit code and a last line that says what to do. Unlike picocli
 * it never repeats values of arguments: one may be a secret in the wrong place.
 */
final class Failures implements IParameterExceptionHandler, IExecutionExceptionHandler {
  private final PrintStream err;

  Failures(PrintStream err) {
    this.err = err;
  }

  static String line(String message) {
    return Cli.NAME + ": " + message;
  }

  @Override
  public int handleParseException(ParameterException error, String[] args) {
    String command = error.getCommandLine().getCommandSpec().qualifiedName();
    err.println(line(words(error) + "; " + command + " --help lists the options"));
    return ExitCode.MISCONFIGURED;
  }

  @Override
  public int handleExecutionException(Exception error, CommandLine command, ParseResult parsed) {
    return report(error);
  }

  int report(Throwable error) {
    if (error instanceof SessionException known) {
      err.println(line(StoredTexts.printableLine(String.valueOf(known.getMessage()))));
      return ExitCode.of(known);
    }
    if (error instanceof FailedException failed) {
      err.println(line(StoredTexts.printableLine(String.valueOf(failed.getMessage()))));
      return code(failed);
    }
    if (error instanceof UsageException usage) {
      err.println(line(String.valueOf(usage.getMessage())));
      return ExitCode.MISCONFIGURED;
    }
    // The message could be anybody's; class and place are enough to report it.
    StackTraceElement[] trace = error.getStackTrace();
    String place = trace.length > 0 ? " at " + trace[0] : "";
    err.println(line("this is a defect, please report it: " + error.getClass().getName() + place));
    return ExitCode.DEFECT;
  }

  private static int code(FailedException error) {
    return switch (error.reason()) {
      case NOT_WRITTEN -> ExitCode.DEFECT;
      case REFUSED -> ExitCode.MISCONFIGURED;
      case NO_SESSION -> ExitCode.NO_SESSION;
      case UNAVAILABLE -> ExitCode.UNAVAILABLE;
      case UNREADABLE -> ExitCode.UNREADABLE;
    };
  }

  private static String words(ParameterException error) {
    if (error instanceof UnmatchedArgumentException unmatched) return unmatched(unmatched);
    if (error instanceof MissingParameterException missing && !missing.getMissing().isEmpty()) {
      List<String> names = missing.getMissing().stream().map(Failures::missing).toList();
      return "missing: " + String.join(", ", names);
    }
    if (error instanceof MutuallyExclusiveArgsException) {
      return "two options that exclude each other are given";
    }
    if (error instanceof OverwrittenOptionException twice) {
      return name(twice.getOverwritten()) + " is given twice";
    }
    @Nullable ArgSpec arg = error.getArgSpec();
    if (arg == null) return "the command line is not understood";
    return name(arg) + ": the value is missing or not allowed" + expected(arg);
  }

  /** Suggestions are our own names, and safe to show. */
  private static String unmatched(UnmatchedArgumentException error) {
    boolean option = error.isUnknownOption();
    boolean root = error.getCommandLine().getParent() == null;
    String what =
        option
            ? "unknown option" + names(error.getUnmatched())
            : root ? "unknown command" : "too many arguments";
    List<String> known = option || root ? error.getSuggestions() : List.of();
    return known.isEmpty() ? what : what + ", did you mean " + String.join(" or ", known);
  }

  private static String names(List<String> unmatched) {
    List<String> names =
        unmatched.stream().map(ArgumentNames::option).filter(name -> !name.isEmpty()).toList();
    return names.isEmpty() ? "" : " " + String.join(", ", names);
  }

  private static String name(ArgSpec arg) {
    return arg instanceof OptionSpec option ? option.longestName() : arg.paramLabel();
  }

  /** No option is required, so that one that is missing something is given without its value. */
  private static String missing(ArgSpec arg) {
    return arg.isOption() ? "the value of " + name(arg) : name(arg);
  }

  private static String expected(ArgSpec arg) {
    Class<?> type = arg.type();
    if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
      return ", write a whole number";
    }
    return type == Boolean.class ? ", write true or false" : "";
  }
}
