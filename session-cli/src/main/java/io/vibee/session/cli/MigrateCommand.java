package io.vibee.session.cli;

import io.vibee.session.cli.terminal.CliContext;
import io.vibee.session.jdbc.SessionMigrations;
import io.vibee.session.process.UsageException;
import java.util.Map;
import picocli.CommandLine;

@CommandLine.Command(
    name = "migrate",
    description = {
      "Makes or updates the tables.",
      "",
      "Does the same as psql with migrations/001_user_sessions.sql, then migrations/002_fleet.sql."
          + " May be run any number of times, also by many at once. Each file happens as a whole or"
          + " not at all.",
    },
    footer = {
      "  DATABASE_URL=postgresql://vibee_owner@localhost/vibee vibee-session migrate",
    })
final class MigrateCommand extends DatabaseCommand {
  static final String DONE = "migrated: the schema is up to date";

  MigrateCommand(CliContext context) {
    super(context);
  }

  @Override
  public Integer call() {
    migrate(settings());
    print(Map.of("migrated", true), DONE);
    return 0;
  }

  static void migrate(Map<String, String> settings) {
    String url = settings.getOrDefault("DATABASE_URL", "");
    if (url.isEmpty()) throw new UsageException("DATABASE_URL is not set: set it");
    SessionMigrations.migrate(url);
  }
}
