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
 * Asks one connection; whatever comes is text. Other roles may have made tables, functions and
 * operators where ours are, so a question is asked with a search_path of pg_catalog alone, and
 * names what is ours behind {@code @home@.}, which stands for the schema. A question changes
 * nothing and does not wait for ever, and rows that row level security would hide are an error.
 */
final class Queries {
  private static final String HOME = "@home@";

  /** As if there were no such schema. */
  private static final String NO_SCHEMA = "3F000";

  /** Read with the role's own search_path, so all is qualified and nothing is an operator. */
  private static final String SEARCH_PATH =
      """
      select pg_catalog.current_setting('search_path'::pg_catalog.text),
             pg_catalog.current_schemas(false)::pg_catalog.text
      """;

  /** Names are compared as the server writes them. */
  private static final String PATIENCE =
      "select set_config('lock_timeout', '5s', true), set_config('quote_all_identifiers', 'off', true)";

  /** Where tables are that are not as they should be; the migration refuses other names. */
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

  /** What is asked in one transaction. */
  @FunctionalInterface
  interface Questions {
    void ask() throws SQLException;
  }

  /** A row; a null of SQL is a null here. */
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

  /** Finds the tables as the store does, by the role's search_path. */
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
        // Of several we would not know whose functions are called.
        String only = candidates.size() == 1 ? candidates.get(0) : null;
        return new Queries(connection, path.text(0), only, candidates.isEmpty() ? null : e);
      }
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  /** Asks within a transaction of its own, so that poolers keep its settings together. */
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

  /** The only row. */
  Row row(String sql, String... parameters) throws SQLException {
    return rows(sql, parameters).get(0);
  }

  /** The first column of each row. */
  List<String> texts(String sql, String... parameters) throws SQLException {
    return rows(sql, parameters).stream().map(row -> row.text(0)).toList();
  }

  /**
   * Whether a function that is about to be called is there, and its owner is that of the tables.
   */
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

  /** As the role has it, not as questions have it. */
  String searchPath() {
    return searchPath;
  }

  /** Why the store does not take the tables that are there; null where it does. */
  @Nullable SessionException problem() {
    return problem;
  }

  /** The schema of the tables, quoted where its name needs it; empty without tables. */
  String home() {
    return Objects.requireNonNullElse(home, "");
  }
}
