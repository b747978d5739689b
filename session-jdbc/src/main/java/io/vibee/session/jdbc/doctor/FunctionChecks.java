package io.vibee.session.jdbc.doctor;

import io.vibee.session.Finding.Cause;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Finds functions and operators of others beside ours, which may be called instead of them. */
final class FunctionChecks {
  private static final String FUNCTIONS = "functions";
  private static final String OPERATORS = "operators";

  /** Functions that exist only while the migration adopts the earlier schema. */
  private static final Set<String> FOR_A_WHILE =
      Set.of("session_legacy_bytes", "session_legacy_message");

  /** Finds functions by name; the migration refuses the same ones. */
  private static final String NAMED_LIKE_OURS =
      """
      select p.proname || '(' || oidvectortypes(p.proargtypes) || ')',
             p.proowner = c.relowner, quote_ident(pg_get_userbyid(p.proowner)),
             case p.prokind when 'p' then 'PROCEDURE ' when 'a' then 'AGGREGATE ' else 'FUNCTION ' end
               || '@home@.' || quote_ident(p.proname) || '(' || oidvectortypes(p.proargtypes) || ')'
        from pg_class c join pg_proc p on p.pronamespace = c.relnamespace
       where c.oid = '@home@.user_sessions'::regclass
         and p.proname = any (string_to_array(?, ' '))
       order by 2
      """;

  private static final String STRANGE_OPERATORS =
      """
      select '@home@.' || o.oprname || ' (' || format_type(nullif(o.oprleft, 0), null) || ', ' || format_type(o.oprright, null)
               || ') of role ' || quote_ident(r.rolname)
        from pg_class c join pg_operator o on o.oprnamespace = c.relnamespace
        join pg_roles r on r.oid = o.oprowner
       where c.oid = '@home@.user_sessions'::regclass and o.oprowner <> c.relowner and not r.rolsuper
         and not exists (select from pg_depend d
                          where d.classid = 'pg_operator'::regclass and d.objid = o.oid and d.deptype = 'e')
       order by 1
      """;

  private FunctionChecks() {}

  static void functions(Queries sql, Report findings) throws SQLException {
    Set<String> names = new TreeSet<>(FOR_A_WHILE);
    OurObjects.allFunctions().forEach(signature -> names.add(signature.split("\\(", 2)[0]));
    List<String> strange = new ArrayList<>();
    List<String> drop = new ArrayList<>();
    for (Queries.Row function : sql.rows(NAMED_LIKE_OURS, String.join(" ", names))) {
      if (function.is(1) && OurObjects.allFunctions().contains(function.text(0))) continue;
      strange.add(function.text(0) + " of role " + function.text(2));
      drop.add("DROP " + function.text(3));
    }
    if (strange.isEmpty()) {
      findings.ok(FUNCTIONS, "none but ours have our functions' names");
    } else {
      findings.failed(
          FUNCTIONS,
          Cause.SCHEMA,
          "not of this product, but of its names, so they may be called in place of its own: "
              + String.join(", ", strange),
          String.join("; ", drop) + "; then run migrate");
    }
  }

  static void operators(Queries sql, Report findings) throws SQLException {
    List<String> strange = sql.texts(STRANGE_OPERATORS);
    if (strange.isEmpty()) {
      findings.ok(OPERATORS, "the schema has none of others");
    } else {
      findings.warning(
          OPERATORS,
          "others have operators in the schema, which mislead SQL that is typed there: "
              + String.join(", ", strange),
          "DROP OPERATOR them, and REVOKE CREATE ON SCHEMA " + sql.home() + " from those roles");
    }
  }
}
