package io.vibee.session.jdbc.doctor;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Lists who may read keys and hashes or write the tables, for operators who know who should. */
final class AccessChecks {
  private static final String ACCESS = "access";
  private static final String SCHEMA_GRANTS = "schema-grants";
  private static final int NAMED = 20;

  /** Finds the members of roles, which have or may take their rights. */
  private static final String MEMBERS =
      """
      with recursive granted (role, member) as (
             select roleid, member from pg_auth_members
             union
             select oid, (select datdba from pg_database where datname = current_database())
               from pg_roles where rolname = 'pg_database_owner'),
           belongs (role, member) as (
             select role, member from granted
             union
             select b.role, g.member from belongs b join granted g on g.role = b.member)
      select quote_ident(g.rolname), quote_ident(m.rolname), g.oid = c.relowner
        from belongs b join pg_roles g on g.oid = b.role join pg_roles m on m.oid = b.member,
             pg_class c
       where c.oid = '@home@.user_sessions'::regclass and m.oid not in (g.oid, c.relowner)
         and not m.rolsuper and not g.rolsuper
       order by 1, 2
      """;

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

  /** Finds the owner of the schema, who may drop whatever is in it. */
  private static final String OWNER =
      """
      select case r.rolname when 'pg_database_owner'
               then (select quote_ident(pg_get_userbyid(datdba)) from pg_database where datname = current_database())
               else quote_ident(r.rolname) end
        from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_roles r on r.oid = n.nspowner
       where c.oid = '@home@.user_sessions'::regclass
      """;

  private AccessChecks() {}

  static void tables(Queries sql, Report findings) throws SQLException {
    Map<String, List<String>> members = new LinkedHashMap<>();
    List<String> owners = new ArrayList<>();
    for (Queries.Row row : sql.rows(MEMBERS)) {
      members.computeIfAbsent(row.text(0), role -> new ArrayList<>()).add(row.text(1));
      if (row.is(2)) owners.add(row.text(1));
    }
    Map<String, Set<String>> roles = new LinkedHashMap<>();
    roles.put("read keys", new TreeSet<>());
    roles.put("read hashes", new TreeSet<>());
    for (TableRight right : TableRight.of(sql)) {
      if (right.counts()) {
        roles.computeIfAbsent(right.what(), what -> new TreeSet<>()).add(right.role());
      }
    }
    List<String> phrases = new ArrayList<>();
    if (!owners.isEmpty()) phrases.add("act as the owner: " + String.join(", ", owners));
    roles.forEach((what, who) -> phrases.add(what + ": " + named(who, members)));
    findings.ok(ACCESS, "beside the owner and superusers: " + String.join("; ", phrases));
  }

  private static String named(Set<String> roles, Map<String, List<String>> members) {
    if (roles.isEmpty()) return "nobody";
    List<String> names =
        roles.stream().limit(NAMED).map(role -> role + named(members.get(role))).toList();
    String more = roles.size() > NAMED ? " and " + (roles.size() - NAMED) + " others" : "";
    return String.join(", ", names) + more;
  }

  private static String named(@Nullable List<String> members) {
    if (members == null) return "";
    String more = members.size() > NAMED ? ", …" : "";
    return " (" + String.join(", ", members.stream().limit(NAMED).toList()) + more + ")";
  }

  /**
   * Lists who, apart from superusers and the owner, may create objects beside the tables or drop
   * them.
   */
  static void schema(Queries sql, Report findings) throws SQLException {
    List<String> creators = sql.texts(CREATORS);
    String owner = "schema " + sql.home() + " belongs to " + sql.row(OWNER).text(0);
    if (creators.contains(TableRight.EVERYBODY)) {
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
