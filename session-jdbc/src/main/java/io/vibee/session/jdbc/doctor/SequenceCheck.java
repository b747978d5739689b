package io.vibee.session.jdbc.doctor;

import io.vibee.session.Finding.Cause;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Checks whether the next row gets a free id. Logical replication, and restoring only rows, leave
 * the sequence behind.
 */
final class SequenceCheck {
  private static final String SEQUENCES = "sequences";
  private static final List<String> TABLES = List.of("user_sessions", "session_activity");
  private static final double NEARLY = 0.8;

  private static final String SEQUENCE =
      """
      select pg_get_serial_sequence('@home@.@table@', 'id'),
             has_sequence_privilege(pg_get_serial_sequence('@home@.@table@', 'id'), 'SELECT, USAGE'),
             has_column_privilege('@home@.@table@'::regclass, 'id', 'SELECT')
      """;

  /** Runs before the sequence is read, which may move on meanwhile. */
  private static final String HIGHEST = "select coalesce(max(id), 0) from @home@.@table@";

  /** Finds the next id, and the last one that both column and sequence can hold. */
  private static final String NEXT =
      """
      select least(coalesce(pg_sequence_last_value(s.seqrelid)::numeric + s.seqincrement, s.seqstart), 9223372036854775807),
             least(s.seqmax, case a.atttypid when 'int4'::regtype then 2147483647 else 9223372036854775807 end),
             a.atttypid = 'int4'::regtype
        from pg_sequence s, pg_attribute a
       where s.seqrelid = cast(? as text)::regclass
         and a.attrelid = '@home@.@table@'::regclass and a.attname = 'id'
      """;

  private SequenceCheck() {}

  static void check(Queries sql, Report findings) throws SQLException {
    List<String> behind = new ArrayList<>();
    List<String> mend = new ArrayList<>();
    List<String> ending = new ArrayList<>();
    List<String> unknown = new ArrayList<>();
    for (String table : TABLES) {
      Queries.Row found = ask(SEQUENCE, table, sql);
      @Nullable String sequence = found.get(0);
      if (sequence == null) {
        unknown.add("no sequence belongs to " + table + ".id");
        continue;
      }
      if (!found.is(1) || !found.is(2)) {
        unknown.add("this role may not read " + (found.is(1) ? table + ".id" : sequence));
        continue;
      }
      long highest = ask(HIGHEST, table, sql).number(0);
      Queries.Row next = ask(NEXT, table, sql, sequence);
      String command =
          "SELECT setval('"
              + sequence
              + "', (SELECT max(id) FROM "
              + sql.home()
              + "."
              + table
              + "))";
      if (highest > 0 && next.number(0) <= highest) {
        behind.add(
            "%s gives %s next, while %s has id %s"
                .formatted(sequence, next.number(0), table, highest));
        mend.add(command);
      } else if (next.number(0) > next.number(1) * NEARLY) {
        ending.add("%s is at %s of %s".formatted(sequence, next.number(0), next.number(1)));
        mend.add(
            next.is(2)
                ? "run migrate, which makes " + table + ".id a bigint"
                : "ALTER SEQUENCE " + sequence + " AS bigint MAXVALUE 9223372036854775807");
      }
    }
    report(behind, ending, unknown, String.join("; ", mend), findings);
  }

  private static void report(
      List<String> behind,
      List<String> ending,
      List<String> unknown,
      String mend,
      Report findings) {
    if (!behind.isEmpty()) {
      findings.failed(
          SEQUENCES,
          Cause.SCHEMA,
          String.join("; ", behind) + ": new rows are refused as duplicates",
          "as the owner of the tables: " + mend);
    } else if (!ending.isEmpty()) {
      findings.warning(
          SEQUENCES, String.join("; ", ending) + ": after that no row can be added", mend);
    } else if (!unknown.isEmpty()) {
      findings.skipped(SEQUENCES, String.join("; ", unknown));
    } else {
      findings.ok(SEQUENCES, "ahead of the ids that are in use");
    }
  }

  private static Queries.Row ask(String query, String table, Queries sql, String... parameters)
      throws SQLException {
    return sql.row(query.replace("@table@", table), parameters);
  }
}
