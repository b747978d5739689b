package io.vibee.session.jdbc.doctor;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A right on one of the tables that somebody other than their owner and superusers has.
 *
 * @param role its name, quoted if necessary; {@code PUBLIC} is everybody
 * @param column empty for the whole table
 */
record TableRight(String role, String table, String column, String privilege) {
  static final String EVERYBODY = "PUBLIC";

  /**
   * Finds rights on tables and columns, and those that PostgreSQL's predefined roles give their
   * members.
   */
  private static final String GRANTED =
      """
      with ours as (
        select c.oid, c.relname, c.relowner, c.relacl from pg_class c
         where c.oid in ('@home@.user_sessions'::regclass, '@home@.encryption_keys'::regclass,
                         '@home@.session_activity'::regclass, '@home@.session_schema_version'::regclass,
                         to_regclass('@home@.session_agents'), to_regclass('@home@.session_leases'),
                         to_regclass('@home@.session_fleet'))),
      granted as (
        select o.relname, o.relowner, '' as attname, a.grantee, a.privilege_type
          from ours o, aclexplode(o.relacl) a
        union all
        select o.relname, o.relowner, t.attname::text, a.grantee, a.privilege_type
          from ours o join pg_attribute t on t.attrelid = o.oid and not t.attisdropped, aclexplode(t.attacl) a
        union all
        select o.relname, o.relowner, '', r.oid, p.privilege
          from ours o, (values ('pg_read_all_data', 'SELECT'), ('pg_write_all_data', 'INSERT'),
                               ('pg_write_all_data', 'UPDATE'), ('pg_write_all_data', 'DELETE')) as p (role, privilege)
          join pg_roles r on r.rolname = p.role
         where exists (select from pg_auth_members m where m.roleid = r.oid))
      select case when g.grantee = 0 then 'PUBLIC' else quote_ident(pg_get_userbyid(g.grantee)) end,
             g.relname, g.attname, g.privilege_type
        from granted g left join pg_roles r on r.oid = g.grantee
       where g.grantee <> g.relowner and r.rolsuper is not true
       order by 1, 2, 3, 4
      """;

  static List<TableRight> of(Queries sql) throws SQLException {
    return sql.rows(GRANTED).stream()
        .map(row -> new TableRight(row.text(0), row.text(1), row.text(2), row.text(3)))
        .toList();
  }

  /** Whether it is worth knowing about, and not just reading what is no secret. */
  boolean counts() {
    return readsKeys() || readsHashes() || writes() || isPower();
  }

  boolean readsKeys() {
    return reads("encryption_keys", "master_key");
  }

  boolean readsHashes() {
    return reads("user_sessions", "api_hash_encrypted");
  }

  private boolean reads(String secret, String name) {
    return privilege.equals("SELECT")
        && table.equals(secret)
        && (column.isEmpty() || column.equals(name));
  }

  private boolean writes() {
    return Set.of("INSERT", "UPDATE", "DELETE").contains(privilege);
  }

  /** Whether nobody but the owner should have it. */
  boolean isPower() {
    return Set.of("TRUNCATE", "TRIGGER").contains(privilege);
  }

  /**
   * Whether it amounts to having the keys or, through code that runs when rows are written, the
   * hashes.
   */
  boolean isGrave() {
    boolean trigger = privilege.equals("TRIGGER");
    if (table.equals("encryption_keys")) return readsKeys() || writes() || trigger;
    return table.equals("user_sessions") && trigger;
  }

  /** Returns a short phrase for a list of who may do what. */
  String what() {
    return isPower() ? "have TRIGGER or TRUNCATE" : does() + (isRead() ? "" : table);
  }

  /** Returns a phrase for all that the rights allow, each with its tables. */
  static String phrase(List<TableRight> rights) {
    Map<String, Set<String>> tables = new TreeMap<>();
    for (TableRight right : rights) {
      Set<String> named = tables.computeIfAbsent(right.does(), does -> new TreeSet<>());
      if (!right.isRead()) named.add(right.table());
    }
    List<String> phrases = new ArrayList<>();
    tables.forEach((does, on) -> phrases.add(does + String.join(", ", on)));
    return String.join("; ", phrases);
  }

  private String does() {
    if (readsKeys()) return "read keys";
    if (readsHashes()) return "read hashes";
    if (isPower()) return "have " + privilege + " on ";
    return "write " + (column.isEmpty() ? "" : "columns of ");
  }

  private boolean isRead() {
    return readsKeys() || readsHashes();
  }
}
