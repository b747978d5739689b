package io.vibee.session.cli;

import io.vibee.session.Secret;
import io.vibee.session.cli.terminal.SecretReader;
import io.vibee.session.process.UsageException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say where a backup's passphrase comes from; at most one of them. */
final class PassphraseOptions {
  @Option(names = "--passphrase-stdin", description = "the first line of standard input")
  private boolean input;

  @Option(
      names = "--passphrase-file",
      paramLabel = "FILE",
      description = "the first line of a file, such as a key of generate-key")
  private @Nullable Path file;

  @Option(
      names = "--passphrase-env",
      paramLabel = "NAME",
      description = "the variable of this name")
  private @Nullable String variable;

  /** Asks if no option is given; twice for a new passphrase, since nothing could mend a typo. */
  Secret read(SecretReader reader, Map<String, String> settings, boolean isNew) {
    if (input) return reader.fromInput("--passphrase-stdin");
    if (file != null) return reader.fromFile(file, "--passphrase-file");
    if (variable != null) return reader.fromVariable(settings, variable, "--passphrase-env");
    @Nullable Secret typed = reader.fromPrompt("passphrase (not shown): ");
    if (typed == null) {
      throw new UsageException(
          "there is nobody to ask for the passphrase: use --passphrase-stdin, --passphrase-file"
              + " FILE or --passphrase-env NAME");
    }
    if (isNew && !typed.equals(reader.fromPrompt("the same again: "))) {
      throw new UsageException("these were two different passphrases");
    }
    return typed;
  }
}
