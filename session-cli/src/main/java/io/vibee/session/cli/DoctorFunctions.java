package io.vibee.session.cli;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Functions and operators of others that stand where ours do, and may be called in their place. */
final class DoctorFunctions {
  private static final String FUNCTIONS = "functions";
  private static final String OPERATORS = "operators";

  /** Those of the migration. */
  static final Set<String> OURS =
      Set.of(
          "session_actor()",
          "session_audit()",
          "session_before_write()",
          "session_follow_key(bigint, integer, boolean)",
          "session_follow_key(bigint[], bytea[], text[], integer)",
          "session_forbid()",
          "session_hash_decrypt(bytea, text)",
          "session_hash_encrypt(text, text)",
          "session_hash_encrypt(text, text, boolean)",
          "session_hash_is_acceptable(bytea)",
          "session_hash_is_sealed(bytea)",
          "session_hash_open(bytea, integer)",
          "session_hash_try_decrypt(bytea, text)",
          "session_hold_key()",
          "session_key_after_change()",
          "session_key_before_change()",
          "session_key_is_random(text)",
          "session_key_move_rows(bigint, integer, boolean)",
          "session_key_require_right()",
          "session_new_key()",
          "session_refuse_replica()",
          "session_schema_objects()");

  /** While it adopts the earlier schema. */
  private static final Set<String> FOR_A_WHILE =
      Set.of("session_legacy_bytes", "session_legacy_message");

  /** By name; the migration refuses the same ones. */
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

  private static final String IS_OURS =
      """
      select exists (select from pg_proc p join pg_class c on p.proowner = c.relowner
                      where p.oid = to_regprocedure('@home@.' || ?::text) and c.oid = '@home@.user_sessions'::regclass)
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

  private DoctorFunctions() {}

  /**
   * Whether a function that is about to be called is there, and its owner is that of the tables.
   */
  static boolean isOurs(String signature, DoctorSql sql) throws SQLException {
    return sql.row(IS_OURS, signature).is(0);
  }

  static void check(DoctorSql sql, DoctorFindings findings) throws SQLException {
    Set<String> names = new TreeSet<>(FOR_A_WHILE);
    OURS.forEach(signature -> names.add(signature.split("\\(", 2)[0]));
    List<String> strange = new ArrayList<>();
    List<String> drop = new ArrayList<>();
    for (DoctorSql.Row function : sql.rows(NAMED_LIKE_OURS, String.join(" ", names))) {
      if (function.is(1) && OURS.contains(function.text(0))) continue;
      strange.add(function.text(0) + " of role " + function.text(2));
      drop.add("DROP " + function.text(3));
    }
    if (strange.isEmpty()) {
      findings.ok(FUNCTIONS, "none but ours have our functions' names");
    } else {
      findings.failed(
          FUNCTIONS,
          ExitCode.SCHEMA,
          "not of this product, but of its names, so they may be called in place of its own: "
              + String.join(", ", strange),
          String.join("; ", drop) + "; then run migrate");
    }
  }

  static void operators(DoctorSql sql, DoctorFindings findings) throws SQLException {
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
