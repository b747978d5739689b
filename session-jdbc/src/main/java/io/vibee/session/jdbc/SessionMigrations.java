package io.vibee.session.jdbc;

import io.vibee.session.MisconfiguredException;
import io.vibee.session.SessionException;
import java.sql.SQLException;
import java.util.Objects;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;

/**
 * Makes or updates the tables by the files in {@code migrations/}, the same that psql runs, in any
 * order of the two. Safe to call any number of times and by many processes at once. Needs {@code
 * org.flywaydb:flyway-database-postgresql} on the class path, which this library leaves optional.
 *
 * <p>Nothing migrates unasked: agents do not call this, deployments do.
 */
public final class SessionMigrations {
  private SessionMigrations() {}

  /**
   * Migrates the current schema of a database.
   *
   * @param databaseUrl as {@link JdbcSessionStore#open}
   * @throws MisconfiguredException if the URL is malformed, or the schema holds tables of the same
   *     names that are not ours; nothing was changed then
   * @throws SessionException if the database cannot be reached or the role lacks a right
   */
  public static void migrate(String databaseUrl) {
    migrate(DatabaseUrl.parse(databaseUrl).toDataSource());
  }

  /**
   * Migrates the current schema of a database.
   *
   * @param dataSource where connections come from; not closed
   * @throws MisconfiguredException if the schema holds tables of the same names that are not ours;
   *     nothing was changed then
   * @throws SessionException if the database cannot be reached or the role lacks a right
   */
  public static void migrate(DataSource dataSource) {
    Objects.requireNonNull(dataSource, "dataSource");
    try {
      flyway(dataSource).migrate();
    } catch (FlywayException e) {
      throw translate(e);
    } catch (NoClassDefFoundError e) {
      throw new MisconfiguredException(
          "migrations need org.flywaydb:flyway-database-postgresql on the class path: add it, or run"
              + " the files in migrations/ with psql");
    }
  }

  private static Flyway flyway(DataSource dataSource) {
    return Flyway.configure(SessionMigrations.class.getClassLoader())
        .dataSource(dataSource)
        .locations("classpath:io/vibee/session/migrations")
        .sqlMigrationPrefix("")
        .sqlMigrationSeparator("_")
        .placeholderReplacement(false)
        .createSchemas(false)
        // Not the default name: the schema may be one that another Flyway looks after.
        .table("session_schema_history")
        .baselineOnMigrate(true)
        .baselineVersion("0")
        .load();
  }

  /** Flyway's own message holds the whole file; the database's says what is wrong. */
  private static SessionException translate(FlywayException error) {
    for (@Nullable Throwable at = error; at != null; at = at.getCause()) {
      if (at instanceof SQLException sql) {
        SQLException safe = SqlErrors.copy(sql);
        String message = Objects.requireNonNullElse(safe.getMessage(), "");
        boolean ours = message.startsWith(SqlErrors.OURS) && !"42501".equals(safe.getSQLState());
        return ours ? new MisconfiguredException(message) : SqlErrors.translate(sql);
      }
    }
    return new MisconfiguredException(
        "the migrations cannot be run: "
            + Objects.requireNonNullElse(error.getMessage(), "").split("\\R", 2)[0]);
  }
}
