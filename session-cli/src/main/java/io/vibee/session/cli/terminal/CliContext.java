package io.vibee.session.cli.terminal;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a command sees of the process it runs in, so that tests can hand it in. The
 * database is not part of it.
 *
 * @param environment the variables; they hold secrets
 * @param home the project's folder, whose {@code .env} is read; null for none
 */
public record CliContext(
    InputStream in,
    PrintStream out,
    PrintStream err,
    Map<String, String> environment,
    Terminal terminal,
    @Nullable Path home) {

  /** Leaves out the variables. */
  @Override
  public String toString() {
    return "CliContext[home=" + home + "]";
  }
}
