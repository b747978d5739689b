package io.vibee.session.cli;

import io.vibee.session.cli.backup.BackupCipher;
import io.vibee.session.cli.terminal.CliContext;
import io.vibee.session.cli.terminal.Terminal;
import io.vibee.session.process.ExitCode;
import io.vibee.session.process.StandardOutput;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The program that {@code scripts/vibee-session} and {@code java -jar} run. */
public final class Main {
  private Main() {}

  /**
   * Runs one command and ends the process with its exit code.
   *
   * @param args see {@code --help}
   */
  public static void main(String[] args) {
    // Flushed at the end: a system call for each line would take longer than reading the sessions.
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    @Nullable String home = System.getProperty("vibee.home");
    CliContext context =
        new CliContext(
            System.in,
            out,
            err,
            System.getenv(),
            Terminal.ofProcess(System.getenv()),
            home == null ? null : Path.of(home));
    int code = new Cli(context, BackupCipher.STRONGEST).run(args);
    if (StandardOutput.failed(out) && code == 0) {
      code = ExitCode.DEFECT;
      err.println(Failures.line("standard output cannot be written, so not all was shown"));
    }
    System.exit(code);
  }
}
