package io.vibee.session.cli;

import io.vibee.session.Environment;
import io.vibee.session.ManagedSessionStore;
import io.vibee.session.SessionStore;
import io.vibee.session.StoredTexts;
import io.vibee.session.cli.json.Json;
import io.vibee.session.cli.terminal.CliContext;
import io.vibee.session.process.DotenvFiles;
import io.vibee.session.process.UsageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A command that works on the database of {@code DATABASE_URL}. */
abstract class DatabaseCommand extends Command {
  private static final String URL = "DATABASE_URL";

  @Option(names = "--json", description = "print one JSON document on standard output, for scripts")
  private boolean json;

  @Option(
      names = "--env-file",
      paramLabel = "FILE",
      description =
          "read settings that are not in the environment from this file, instead of the"
              + " project's .env and .envrc; one NAME=value per line, nothing is executed")
  private @Nullable Path envFile;

  private @Nullable Map<String, String> settings;

  DatabaseCommand(CliContext context) {
    super(context);
  }

  final boolean json() {
    return json;
  }

  final @Nullable Path envFile() {
    return envFile;
  }

  /** Returns the environment, completed by what the files say. */
  final Map<String, String> settings() {
    if (settings == null) settings = withUrl(read());
    return settings;
  }

  /** Puts the URL itself in place of a file that holds it, so that no reader need know of that. */
  private static Map<String, String> withUrl(Map<String, String> read) {
    String url = Environment.of(read).find(URL).orElse("");
    if (url.equals(read.getOrDefault(URL, ""))) return read;
    Map<String, String> settings = new HashMap<>(read);
    settings.put(URL, url);
    settings.remove(URL + "_FILE");
    return settings;
  }

  private Map<String, String> read() {
    if (envFile != null) return readFile(envFile);
    Path home = context().home();
    if (home != null) return DotenvFiles.merge(context().environment(), home);
    DotenvFiles.refuseLostLetters(context().environment());
    return context().environment();
  }

  private Map<String, String> readFile(Path file) {
    DotenvFiles.refuseLostLetters(context().environment());
    if (!Files.isReadable(file)) throw new UsageException("--env-file: there is no such file");
    return DotenvFiles.mergeFile(context().environment(), file);
  }

  /** Works on the store in this user's name, then closes it. */
  final int withStore(ToIntFunction<ManagedSessionStore> work) {
    try (SessionStore store = SessionStore.fromEnvironment(settings())) {
      ManagedSessionStore managed =
          store
              .as(ManagedSessionStore.class)
              .orElseThrow(
                  () ->
                      new UsageException(
                          "the store behind DATABASE_URL cannot list or edit sessions"));
      return work.applyAsInt(managed.actingAs(actor()));
    }
  }

  /** Names who works, for the activity log, as far as this process knows. */
  static String actor() {
    String name = "cli:" + StoredTexts.printableLine(System.getProperty("user.name", "unknown"));
    return name.codePointCount(0, name.length()) <= 100
        ? name
        : name.substring(0, name.offsetByCodePoints(0, 100));
  }

  /** Prints the document if JSON was asked for, else the line. */
  final void print(Object document, String line) {
    out().println(json ? Json.pretty(document) : StoredTexts.printableLine(line));
  }
}
