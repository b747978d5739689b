package io.vibee.session.cli;

import io.vibee.session.EnvSessionSource;
import io.vibee.session.Session;
import java.util.ArrayList;
import java.util.List;
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
  @Option(
      names = "--replace",
      description =
          "overwrite sessions that are stored with other values; without it they are an error,"
              + " since the stored ones may be newer")
  private boolean replace;

  @Option(names = "--migrate", description = "make or update the tables before, as migrate does")
  private boolean migrate;

  ImportEnvCommand(Surroundings here) {
    super(here);
  }

  @Override
  public Integer call() {
    List<Session> accounts = accounts();
    if (migrate) {
      MigrateCommand.migrate(settings());
      note(MigrateCommand.DONE);
    }
    ImportRun run = new ImportRun(here(), ImportScope.CREDENTIALS, replace);
    return withStore(
        store -> {
          List<ImportPlan.Step> steps = run.run(store, accounts);
          if (json()) {
            out().println(Json.pretty(ImportRun.document(steps)));
          } else {
            steps.forEach(step -> out().println(line(step)));
            out().println(ImportRun.summary(steps));
          }
          return 0;
        });
  }

  private static String line(ImportPlan.Step step) {
    Session session = step.session();
    String outcome = ImportRun.name(step.outcome());
    return outcome + " session " + session.sessionId() + " of user " + session.userId();
  }

  private List<Session> accounts() {
    ImportEnvFaults.refuse(settings(), here().err());
    List<Session> accounts = new ArrayList<>();
    EnvSessionSource.of(settings()).forEach(accounts::add, unreadable -> {});
    return accounts;
  }
}
