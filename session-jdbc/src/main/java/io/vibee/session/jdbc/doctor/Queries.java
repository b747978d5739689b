package io.vibee.session.jdbc.doctor;

import io.vibee.session.SessionException;
import io.vibee.session.jdbc.sql.SessionSchema;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Runs queries on one connection, with all results as text. Other roles may have made tables,
 * functions and operators where ours are, so a query runs with a search_path of only pg_catalog,
 * and puts {@code @home@.}, which stands for our schema, before the name of what is ours. A query
 * changes nothing and does not wait for ever, and rows that row level security would hide are an
 * error.
 */
final class Queries {
  private static final String HOME = "@home@";

  /** SQLSTATE for "no such schema", used when there are no tables. */
  private static final String NO_SCHEMA = "3F000";

  /**
   * Runs with the role's own search_path, so every name is qualified and there are no operators.
   */
  private static final String SEARCH_PATH =
      """
      select pg_catalog.current_setting('search_path'::pg_catalog.text),
             pg_catalog.current_schemas(false)::pg_catalog.text
      """;

  /**
   * Limits waits for locks, and makes the server quote names only if necessary, as they are
   * compared.
   */
  private static final String PATIENCE =
      "select set_config('lock_timeout', '5s', true), set_config('quote_all_identifiers', 'off', true)";

  /**
   * Finds tables even if they are not as they should be; the migration refuses schemas with other
   * names.
   */
  private static final String FIND =
      """
      select quote_ident(n.nspname)
        from unnest(cast(? as text[])) with ordinality as path (name, place)
        join pg_namespace n on n.nspname = path.name and n.nspname !~ '^pg_(toast_)?temp_'
        join pg_class c on c.relnamespace = n.oid and c.relname = 'user_sessions'
       where n.nspname !~ '[''"\\\\$@%]'
       order by path.place
      """;

  private static final String QUOTED =
      """
      select quote_ident(name) from (select cast(? as text)) as given (name) where name !~ '[''"\\\\$@%]'
      """;

  private static final String IS_OURS =
      """
      select exists (select from pg_proc p join pg_class c on p.proowner = c.relowner
                      where p.oid = to_regprocedure('@home@.' || ?::text) and c.oid = '@home@.user_sessions'::regclass)
      """;

  private final Connection connection;
  private final String searchPath;
  private final @Nullable String home;
  private final @Nullable SessionException problem;

  private Queries(
      Connection connection,
      String searchPath,
      @Nullable String home,
      @Nullable SessionException problem) {
    this.connection = connection;
    this.searchPath = searchPath;
    this.home = home;
    this.problem = problem;
  }

  /** Queries that run in one transaction. */
  @FunctionalInterface
  interface Questions {
    void ask() throws SQLException;
  }

  /** A row, as text; SQL's null is null here. */
  record Row(List<@Nullable String> columns) {
    @Nullable String get(int index) {
      return columns.get(index);
    }

    String text(int index) {
      return Objects.requireNonNullElse(columns.get(index), "");
    }

    boolean is(int index) {
      return "t".equals(columns.get(index));
    }

    long number(int index) {
      return Long.parseLong(text(index));
    }
  }

  /** Finds the tables by the role's search_path, as the store does. */
  static Queries open(Connection connection) throws SQLException {
    connection.setReadOnly(true);
    connection.setAutoCommit(false);
    try {
      Queries lost = new Queries(connection, "", null, null);
      Row path = lost.row(SEARCH_PATH);
      lost.pin();
      List<String> candidates = lost.texts(FIND, path.text(1));
      connection.rollback();
      try {
        SessionSchema schema = SessionSchema.find(connection);
        List<String> quoted = lost.texts(QUOTED, schema.name());
        return new Queries(connection, path.text(0), quoted.isEmpty() ? null : quoted.get(0), null);
      } catch (SessionException e) {
        // With several, we would not know whose functions are called.
        String only = candidates.size() == 1 ? candidates.get(0) : null;
        return new Queries(connection, path.text(0), only, candidates.isEmpty() ? null : e);
      }
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  /** Runs queries in a transaction of their own, so that the settings hold even behind a pooler. */
  void ask(Questions questions) throws SQLException {
    connection.setAutoCommit(false);
    try {
      pin();
      questions.ask();
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  private void pin() throws SQLException {
    SessionSchema.pin(connection);
    row(PATIENCE);
  }

  List<Row> rows(String sql, String... parameters) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(placed(sql))) {
      for (int i = 0; i < parameters.length; i++) statement.setString(i + 1, parameters[i]);
      List<Row> rows = new ArrayList<>();
      try (ResultSet result = statement.executeQuery()) {
        int width = result.getMetaData().getColumnCount();
        while (result.next()) {
          List<@Nullable String> columns = new ArrayList<>();
          for (int i = 1; i <= width; i++) columns.add(result.getString(i));
          rows.add(new Row(columns));
        }
      }
      return rows;
    }
  }

  /** Returns the only row. */
  Row row(String sql, String... parameters) throws SQLException {
    return rows(sql, parameters).get(0);
  }

  /** Returns the first column of each row. */
  List<String> texts(String sql, String... parameters) throws SQLException {
    return rows(sql, parameters).stream().map(row -> row.text(0)).toList();
  }

  /** Whether a function that is about to be called exists, with the same owner as the tables. */
  boolean isOurs(String signature) throws SQLException {
    return row(IS_OURS, signature).is(0);
  }

  private String placed(String sql) throws SQLException {
    if (!sql.contains(HOME)) return sql;
    if (home == null) throw new SQLException("there are no tables", NO_SCHEMA);
    return sql.replace(HOME, home);
  }

  Connection connection() {
    return connection;
  }

  /** Returns the role's own search_path, not that of the queries. */
  String searchPath() {
    return searchPath;
  }

  /** Returns why the store does not accept the tables that are there; null if it does. */
  @Nullable SessionException problem() {
    return problem;
  }

  /** Returns the schema of the tables, quoted if necessary; empty if there are no tables. */
  String home() {
    return Objects.requireNonNullElse(home, "");
  }
}
