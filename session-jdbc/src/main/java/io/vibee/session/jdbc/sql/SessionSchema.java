package io.vibee.session.jdbc.sql;

import io.vibee.session.MisconfiguredException;
import io.vibee.session.SchemaVersionException;
import io.vibee.session.StoreUnavailableException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The schema of our tables. It is found once, by the search path, and named in all SQL from then
 * on: behind a pooler, another client can leave a search path of its own, and tables in {@code
 * pg_temp} that would be found before ours.
 *
 * <p>Immutable.
 */
public final class SessionSchema {
  /** The version of the tables that {@code migrations/001_user_sessions.sql} makes. */
  public static final int VERSION = 5;

  /**
   * The version of those that {@code migrations/002_fleet.sql} adds. Only agents that share the
   * sessions need them.
   */
  public static final int FLEET_VERSION = 3;

  private static final String PIN =
      "pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true)";

  /**
   * Reads the current search path, and the default one of role, database or connection options,
   * which no {@code SET} of another client changes. Nothing here is looked up by either path.
   */
  private static final String[] PATHS = {
    """
    select pg_catalog.current_schemas(false), pg_catalog.current_setting('search_path')
    """,
    "set local search_path to default",
    """
    select pg_catalog.current_schemas(false), pg_catalog.current_setting('search_path'),
    """
        + PIN
  };

  /**
   * Lists the schemas with tables of our names, in the order of the paths, and who owns those
   * tables.
   */
  private static final String PLACES =
      """
      with path as (
             select nspname, min(place) as place
               from unnest(?::name[] || ?::name[]) with ordinality as p (nspname, place)
              where nspname !~ '^pg_'
              group by nspname)
      select n.nspname, count(*) filter (where c.relname <> 'session_activity'),
             count(distinct c.relowner),
             min(pg_get_userbyid(c.relowner)),
             bool_or(c.relname = 'session_schema_version'),
             exists (select from pg_attribute a join pg_class t on t.oid = a.attrelid
                      where t.relnamespace = n.oid and t.relname = 'user_sessions'
                        and a.attname = 'api_hash_encrypted' and not a.attisdropped),
             n.nspname = any (?::name[]), n.nspname = any (?::name[])
        from path
        join pg_namespace n on n.nspname = path.nspname
        join pg_class c on c.relnamespace = n.oid and c.relkind in ('r', 'p')
         and c.relname in ('session_schema_version', 'user_sessions', 'encryption_keys', 'session_activity')
       group by n.oid, n.nspname, path.place
       order by path.place
      """;

  /** Finds a schema on the path that holds our tables but that the role may not use. */
  private static final String CLOSED =
      """
      select n.nspname from pg_namespace n
       where not has_schema_privilege(n.oid, 'usage')
         and n.nspname = any (select replace(btrim(name, ' "'), '$user', current_user)
                                from regexp_split_to_table(?::text || ',' || ?::text, ',') name)
         and exists (select from pg_class c
                      where c.relnamespace = n.oid and c.relname = 'session_schema_version')
       order by 1 limit 1
      """;

  /** Number of tables that reading needs; it goes on without the activity log. */
  private static final int NEEDED = 3;

  private final String name;
  private final String quoted;

  private SessionSchema(String name) {
    this.name = name;
    this.quoted = '"' + name.replace("\"", "\"\"") + '"';
  }

  /** The search paths of a session, as the server writes arrays of names. */
  private record Paths(
      String schemas, String setting, String defaultSchemas, String defaultSetting) {

    /**
     * Whether the path names no schema of anybody's: it is ours, or one that a dump left behind on
     * a pooler's connection.
     */
    boolean isEmpty() {
      return Stream.of(setting.replace("\"", "").split(",", -1))
          .map(String::strip)
          .allMatch(name -> name.isEmpty() || name.startsWith("pg_"));
    }

    String schemasOfCurrent() {
      return isEmpty() ? defaultSchemas : schemas;
    }
  }

  /** What a schema with tables of our names contains. */
  private record Place(
      String schema,
      int tables,
      int owners,
      String owner,
      boolean versioned,
      boolean hasSessions,
      boolean onCurrentPath,
      boolean onDefaultPath) {

    boolean isComplete() {
      return tables == NEEDED && owners == 1;
    }
  }

  /**
   * Finds the schema of our tables in the search path of the session. Tables of other kinds and
   * temporary ones do not count.
   *
   * @param connection in a transaction, whose search path is {@code pg_catalog, pg_temp} from then
   *     on
   * @return the first schema of the path that holds our tables, all of one owner
   * @throws SchemaVersionException if there is none, or only that of the earlier schema
   * @throws MisconfiguredException if the path leads to tables of several owners, or to other
   *     tables than the path that role, database or URL set
   * @throws StoreUnavailableException if the role may not use the schema
   * @throws SQLException if the database fails
   */
  public static SessionSchema find(Connection connection) throws SQLException {
    Paths paths = paths(connection);
    List<Place> places = places(connection, paths);
    @Nullable Place home = null;
    for (Place place : places) {
      if (!place.isComplete()) continue;
      if (home == null) home = place;
      if (!home.owner().equals(place.owner())
          || home.onDefaultPath() != place.onDefaultPath()
          || home.onCurrentPath() != place.onCurrentPath()) {
        throw severalSets(home, place);
      }
    }
    // If the current path names a schema without our tables, those of another schema do not count.
    if (home != null && home.onCurrentPath()) return new SessionSchema(home.schema());
    throw notFound(connection, paths, places);
  }

  /**
   * Applies the settings that begin this library's transactions, for SQL that does not go through a
   * store. They are local to the transaction; among them are a search path of {@code pg_catalog,
   * pg_temp}, and row level security that raises an error instead of hiding rows.
   *
   * @param connection in a transaction
   * @throws SQLException if the database fails
   */
  public static void pin(Connection connection) throws SQLException {
    Prelude.ALONE.send(connection, NamedStatements.asConfigured(), null);
  }

  private static Paths paths(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(String.join("; ", PATHS));
      String[] current = row(statement);
      statement.getMoreResults(); // of SET
      statement.getMoreResults();
      String[] byDefault = row(statement);
      return new Paths(current[0], current[1], byDefault[0], byDefault[1]);
    }
  }

  private static String[] row(Statement statement) throws SQLException {
    try (ResultSet row = statement.getResultSet()) {
      row.next();
      return new String[] {text(row, 1), text(row, 2)};
    }
  }

  private static List<Place> places(Connection connection, Paths paths) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(PLACES)) {
      statement.setString(1, paths.schemasOfCurrent());
      statement.setString(2, paths.defaultSchemas());
      statement.setString(3, paths.schemasOfCurrent());
      statement.setString(4, paths.defaultSchemas());
      List<Place> places = new ArrayList<>();
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          places.add(
              new Place(
                  text(row, 1),
                  row.getInt(2),
                  row.getInt(3),
                  text(row, 4),
                  row.getBoolean(5),
                  row.getBoolean(6),
                  row.getBoolean(7),
                  row.getBoolean(8)));
        }
      }
      return places;
    }
  }

  private static String text(ResultSet row, int column) throws SQLException {
    return Objects.requireNonNullElse(row.getString(column), "");
  }

  private static MisconfiguredException severalSets(Place one, Place other) {
    return new MisconfiguredException(
        "the search path leads to two sets of session tables, in schema \"%s\" (owner \"%s\") and in"
                .formatted(one.schema(), one.owner())
            + " schema \"%s\" (owner \"%s\"): name the one to use, and no other, by ALTER ROLE ... SET"
                .formatted(other.schema(), other.owner())
            + " search_path, or by currentSchema in a jdbc: URL; behind a pooler, also find out who"
            + " sets search_path for all of its clients");
  }

  private static RuntimeException notFound(Connection connection, Paths paths, List<Place> places)
      throws SQLException {
    for (Place place : places) {
      if (!place.onCurrentPath() || !place.versioned() || place.isComplete()) continue;
      if (place.tables() < NEEDED) return SchemaVersionException.missing(VERSION);
      return new MisconfiguredException(
          "the session tables in schema \"%s\" belong to several roles: make one of them the"
                  .formatted(place.schema())
              + " owner of all, by ALTER TABLE ... OWNER TO");
    }
    try (PreparedStatement statement = connection.prepareStatement(CLOSED)) {
      statement.setString(1, paths.setting());
      statement.setString(2, paths.defaultSetting());
      try (ResultSet row = statement.executeQuery()) {
        if (row.next()) {
          return new StoreUnavailableException(
              "the database role lacks a right: GRANT USAGE ON SCHEMA \"%s\" to it, or use another"
                      .formatted(text(row, 1))
                  + " role",
              "42501",
              null);
        }
      }
    }
    boolean earlier =
        places.stream()
            .filter(Place::onCurrentPath)
            .findFirst()
            .map(Place::hasSessions)
            .orElse(false);
    return earlier
        ? SchemaVersionException.earlier(VERSION)
        : SchemaVersionException.missing(VERSION);
  }

  /**
   * Returns the name of the schema.
   *
   * @return the name as it is in the catalog, without quotes
   */
  public String name() {
    return name;
  }

  /**
   * Puts the schema's name into SQL.
   *
   * @param text SQL with {@code @home@} wherever the schema is meant, outside of literals
   * @return the SQL with the schema's quoted name in its place
   */
  public String sql(String text) {
    return text.replace("@home@", quoted);
  }

  @Override
  public String toString() {
    return quoted;
  }
}
