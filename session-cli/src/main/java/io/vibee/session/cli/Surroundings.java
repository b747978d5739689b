package io.vibee.session.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that a command sees of the world beside the database, so that tests can hand it in.
 *
 * @param environment the variables; they hold secrets
 * @param home the project's folder, whose {@code .env} is read; null for none
 * @param cipher what encrypts backups
 */
record Surroundings(
    InputStream in,
    PrintStream out,
    PrintStream err,
    Map<String, String> environment,
    Terminal terminal,
    @Nullable Path home,
    BackupCipher cipher) {

  /** Not the variables. */
  @Override
  public String toString() {
    return "Surroundings[home=" + home + "]";
  }
}
