package io.vibee.session.cli;

import io.vibee.session.EnvSessionSource;
import io.vibee.session.Environment;
import io.vibee.session.MisconfiguredException;
import io.vibee.session.Session;
import io.vibee.session.cli.backup.ImportReport;
import io.vibee.session.cli.backup.SessionImport;
import io.vibee.session.cli.json.Json;
import io.vibee.session.cli.terminal.CliContext;
import io.vibee.session.process.UsageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Option;

@CommandLine.Command(
    name = "import-env",
    description = {
      "Moves all accounts of the TELEGRAM_* variables into the database.",
      "",
      "They come from the environment, or from .env and .envrc: TELEGRAM_SESSION_ID,"
          + " TELEGRAM_API_ID and TELEGRAM_API_HASH, further ones as TELEGRAM_SESSION_ID_2 and so"
          + " on. Each needs the id of its Telegram user: USER_ID, USER_ID_2 and so on.",
      "",
      "All are checked before the first is stored. May be run twice: what is stored already is"
          + " unchanged. Flags of a stored session, such as is_active, stay as they are.",
    },
    footer = {
      "  USER_ID=100200300 vibee-session import-env",
      "  vibee-session import-env --env-file /srv/agent/.env --replace",
    })
final class ImportEnvCommand extends DatabaseCommand {
  private static final String DATABASE_URL = "DATABASE_URL";

  /** What to write into {@code .env}, with a comment that says what it is. */
  private static final Map<String, String> EXAMPLES =
      Map.of(
          DATABASE_URL,
          "postgresql://user:password@localhost:5432/vibee",
          "TELEGRAM_SESSION_ID",
          "sess_demo0001  # what the bridge issued",
          "TELEGRAM_API_ID",
          "94892  # the Telegram app's id, a whole number",
          "TELEGRAM_API_HASH",
          "0123456789abcdef0123456789abcdef  # the Telegram app's",
          "USER_ID",
          "100200300  # the id of the account's Telegram user, for the database");

  @Option(
      names = "--replace",
      description =
          "overwrite sessions that are stored with other values; without it they are an error,"
              + " since the stored ones may be newer")
  private boolean replace;

  @Option(names = "--migrate", description = "make or update the tables first, as migrate does")
  private boolean migrate;

  ImportEnvCommand(CliContext context) {
    super(context);
  }

  @Override
  public Integer call() {
    List<Session> accounts = accounts();
    if (migrate) {
      MigrateCommand.migrate(settings());
      note(MigrateCommand.DONE);
    }
    SessionImport work = SessionImport.ofVariables(context(), replace);
    return withStore(
        store -> {
          ImportReport report = work.run(store, accounts);
          if (json()) {
            out().println(Json.pretty(report.document()));
          } else {
            report.lines().forEach(out()::println);
            out().println(report.summary());
          }
          return 0;
        });
  }

  private List<Session> accounts() {
    List<String> missing = new ArrayList<>();
    List<String> malformed = List.of();
    if (Environment.of(settings()).find(DATABASE_URL).isEmpty()) missing.add(DATABASE_URL);
    List<Session> accounts = new ArrayList<>();
    try {
      EnvSessionSource.withUserIds(settings()).forEach(accounts::add, unreadable -> {});
    } catch (MisconfiguredException e) {
      missing.addAll(e.missing());
      if (missing.isEmpty()) throw e;
      malformed = e.malformed();
    }
    if (!missing.isEmpty()) throw missing(missing, malformed);
    return accounts;
  }

  /** Prints an example of each variable that is missing, and names all that is wrong. */
  private UsageException missing(List<String> missing, List<String> malformed) {
    missing.forEach(name -> context().err().println("  " + name + "=" + example(name)));
    String told =
        String.join(", ", missing) + (missing.size() > 1 ? " are not set" : " is not set");
    return new UsageException(
        Stream.concat(Stream.of(told), malformed.stream()).collect(Collectors.joining("; "))
            + ": set each in the environment, or write such a line into .env");
  }

  private static String example(String name) {
    return EXAMPLES.getOrDefault(name.replaceFirst("_[0-9]+$", ""), "");
  }
}
