package io.vibee.session.cli;

import java.sql.SQLException;
import java.util.List;

/** Who may put objects beside the tables, or drop them, beside superusers and the tables' owner. */
final class DoctorSchemaGrants {
  private static final String SCHEMA_GRANTS = "schema-grants";

  private static final String CREATORS =
      """
      select case when a.grantee = 0 then 'PUBLIC' else quote_ident(pg_get_userbyid(a.grantee)) end
        from pg_class c join pg_namespace n on n.oid = c.relnamespace,
             aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) a
             left join pg_roles r on r.oid = a.grantee
       where c.oid = '@home@.user_sessions'::regclass and a.privilege_type = 'CREATE'
         and a.grantee <> c.relowner and a.grantee <> n.nspowner and r.rolsuper is not true
       order by 1
      """;

  /** Whoever owns a schema may drop whatever is in it. */
  private static final String OWNER =
      """
      select case r.rolname when 'pg_database_owner'
               then (select quote_ident(pg_get_userbyid(datdba)) from pg_database where datname = current_database())
               else quote_ident(r.rolname) end
        from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_roles r on r.oid = n.nspowner
       where c.oid = '@home@.user_sessions'::regclass
      """;

  private DoctorSchemaGrants() {}

  static void check(DoctorSql sql, DoctorFindings findings) throws SQLException {
    List<String> creators = sql.texts(CREATORS);
    String owner = "schema " + sql.home() + " belongs to " + sql.row(OWNER).text(0);
    if (creators.contains(DoctorRight.EVERYBODY)) {
      findings.warning(
          SCHEMA_GRANTS,
          owner
              + ", and everybody (PUBLIC) may create objects there, which mislead SQL that is"
              + " typed",
          "REVOKE CREATE ON SCHEMA " + sql.home() + " FROM PUBLIC");
    } else {
      findings.ok(
          SCHEMA_GRANTS,
          owner
              + (creators.isEmpty()
                  ? "; no role was granted CREATE"
                  : "; CREATE is granted to " + String.join(", ", creators)));
    }
  }
}
