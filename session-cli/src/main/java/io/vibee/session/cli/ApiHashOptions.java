package io.vibee.session.cli;

import io.vibee.session.Secret;
import io.vibee.session.cli.terminal.SecretReader;
import io.vibee.session.process.UsageException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say where the api_hash comes from; at most one of them. */
final class ApiHashOptions {
  @Option(names = "--api-hash-stdin", description = "the first line of standard input")
  private boolean input;

  @Option(names = "--api-hash-file", paramLabel = "FILE", description = "the first line of a file")
  private @Nullable Path file;

  @Option(names = "--api-hash-env", paramLabel = "NAME", description = "the variable of this name")
  private @Nullable String variable;

  @Option(names = "--api-hash-prompt", description = "what you type, which is not shown")
  private boolean prompt;

  /** Reads the api_hash; null if no option is given. */
  @Nullable Secret read(SecretReader reader, Map<String, String> settings) {
    if (input) return reader.fromInput("--api-hash-stdin");
    if (file != null) return reader.fromFile(file, "--api-hash-file");
    if (variable != null) return reader.fromVariable(settings, variable, "--api-hash-env");
    return prompt ? ask(reader) : null;
  }

  static Secret ask(SecretReader reader) {
    @Nullable Secret typed = reader.fromPrompt("api_hash (not shown): ");
    if (typed != null) return typed;
    throw new UsageException(
        "there is nobody to ask for the api_hash: use --api-hash-stdin, --api-hash-file FILE or"
            + " --api-hash-env NAME");
  }
}
