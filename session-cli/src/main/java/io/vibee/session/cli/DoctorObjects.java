package io.vibee.session.cli;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether tables, functions and triggers are as the migration left them, whatever its version says.
 */
final class DoctorObjects {
  private static final String OBJECTS = "objects";
  private static final String STATE_FUNCTION = "session_schema_objects()";

  private static final String NOTED =
      """
      select objects is not null from @home@.session_schema_version order by version desc limit 1
      """;

  private static final String DIFFERENT =
      """
      with noted as (
        select o.key as object, o.value as state
          from (select objects from @home@.session_schema_version order by version desc limit 1) as latest,
               jsonb_each_text(latest.objects) as o)
      select case when i.object is null then 'missing: ' when n.object is null then 'added: ' else 'changed: ' end
               || coalesce(n.object, i.object)
        from noted n full join @home@.session_schema_objects() i on i.object = n.object
       where n.state is distinct from i.state
       order by i.object is not null, n.object is null, 1
      """;

  private DoctorObjects() {}

  static void check(DoctorSql sql, DoctorFindings findings) throws SQLException {
    List<DoctorSql.Row> noted = sql.rows(NOTED);
    if (!DoctorFunctions.isOurs(STATE_FUNCTION, sql)) {
      failed(
          "the function "
              + STATE_FUNCTION
              + ", which tells their state, is missing or another role's",
          findings);
    } else if (noted.isEmpty() || !noted.get(0).is(0)) {
      failed("session_schema_version does not hold what the migration made", findings);
    } else {
      List<String> different = new ArrayList<>(sql.texts(DIFFERENT));
      if (different.isEmpty()) findings.ok(OBJECTS, "as the migration made them");
      else failed(String.join(", ", different), findings);
    }
  }

  private static void failed(String text, DoctorFindings findings) {
    findings.failed(
        OBJECTS,
        ExitCode.SCHEMA,
        text,
        "as the owner of the tables, run migrate, or psql with migrations/001_user_sessions.sql: it"
            + " puts back what is missing or changed");
  }
}
