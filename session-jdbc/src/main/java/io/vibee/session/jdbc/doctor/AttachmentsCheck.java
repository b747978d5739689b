package io.vibee.session.jdbc.doctor;

import io.vibee.session.Finding.Cause;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds what others have attached to the tables, and what sees or carries away the rows that are
 * written.
 */
final class AttachmentsCheck {
  private static final String ATTACHMENTS = "attachments";

  /**
   * Also tells whether the function is ours, by schema and owner, and whether its owner is ours or
   * a superuser.
   */
  private static final String TRIGGERS =
      """
      select c.relname || '.' || t.tgname, quote_ident(t.tgname) || ' ON @home@.' || c.relname,
             p.oid::regprocedure::text, quote_ident(r.rolname),
             p.pronamespace = c.relnamespace and p.proowner = c.relowner,
             p.proowner = c.relowner or r.rolsuper
        from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_proc p on p.oid = t.tgfoid
        join pg_roles r on r.oid = p.proowner
       where not t.tgisinternal
         and c.oid in (to_regclass('@home@.user_sessions'), to_regclass('@home@.encryption_keys'),
                       to_regclass('@home@.session_activity'), to_regclass('@home@.session_schema_version'),
                       to_regclass('@home@.session_agents'), to_regclass('@home@.session_leases'), to_regclass('@home@.session_fleet'))
       order by 1
      """;

  private static final String RULES =
      """
      select quote_ident(w.rulename) || ' ON @home@.' || c.relname
        from pg_rewrite w join pg_class c on c.oid = w.ev_class
       where c.oid in (to_regclass('@home@.user_sessions'), to_regclass('@home@.encryption_keys'),
                       to_regclass('@home@.session_activity'), to_regclass('@home@.session_schema_version'),
                       to_regclass('@home@.session_agents'), to_regclass('@home@.session_leases'), to_regclass('@home@.session_fleet'))
       order by 1
      """;

  private static final String PUBLICATIONS =
      """
      select quote_ident(p.pubname), case when p.puballtables then null else string_agg(c.relname, ', ' order by c.relname) end,
             'ALTER PUBLICATION ' || quote_ident(p.pubname) || ' DROP TABLE '
               || string_agg('@home@.' || c.relname, ', ' order by c.relname)
        from pg_publication p left join pg_publication_rel r on r.prpubid = p.oid
        join pg_class c on p.puballtables or c.oid = r.prrelid
       where c.oid in (to_regclass('@home@.user_sessions'), to_regclass('@home@.encryption_keys'))
       group by p.oid, p.pubname, p.puballtables order by p.pubname
      """;

  /** True since PostgreSQL 15. */
  private static final String HAS_SCHEMA_PUBLICATIONS =
      "select to_regclass('pg_catalog.pg_publication_namespace') is not null";

  private static final String SCHEMA_PUBLICATIONS =
      """
      select quote_ident(p.pubname),
             'ALTER PUBLICATION ' || quote_ident(p.pubname) || ' DROP TABLES IN SCHEMA @home@'
        from pg_publication p join pg_publication_namespace n on n.pnpubid = p.oid
        join pg_class c on c.relnamespace = n.pnnspid
       where c.oid = to_regclass('@home@.user_sessions')
       order by p.pubname
      """;

  private final Queries sql;
  private final List<String> captured = new ArrayList<>();
  private final List<String> strange = new ArrayList<>();
  private final List<String> mend = new ArrayList<>();

  private AttachmentsCheck(Queries sql) {
    this.sql = sql;
  }

  static void check(Queries sql, Report findings) throws SQLException {
    AttachmentsCheck found = new AttachmentsCheck(sql);
    found.triggers();
    for (String rule : sql.texts(RULES)) found.add("rule " + rule, "DROP RULE " + rule);
    found.publications();
    found.report(findings);
  }

  private void triggers() throws SQLException {
    for (Queries.Row trigger : sql.rows(TRIGGERS)) {
      boolean named = OurObjects.allTriggers().contains(trigger.text(0));
      if (named && trigger.is(4)) continue;
      String what =
          "trigger %s, which calls %s of role %s"
              .formatted(trigger.text(0), trigger.text(2), trigger.text(3));
      // Whoever owns the function sees each row, and runs code with the rights of its writer.
      if (named || !trigger.is(5)) captured.add(what);
      else strange.add(what);
      mend.add("DROP TRIGGER " + trigger.text(1));
    }
  }

  private void publications() throws SQLException {
    for (Queries.Row publication : sql.rows(PUBLICATIONS)) {
      if (publication.get(1) == null) {
        add(
            "publication " + publication.text(0) + " of all tables",
            "publish chosen tables instead of publication " + publication.text(0));
      } else {
        add(
            "publication " + publication.text(0) + " of " + publication.text(1),
            publication.text(2));
      }
    }
    if (!sql.row(HAS_SCHEMA_PUBLICATIONS).is(0)) return;
    for (Queries.Row publication : sql.rows(SCHEMA_PUBLICATIONS)) {
      add(
          "publication " + publication.text(0) + " of all tables in schema " + sql.home(),
          publication.text(1));
    }
  }

  private void add(String what, String command) {
    strange.add(what);
    mend.add(command);
  }

  private void report(Report findings) {
    String remedy = "if they are not yours: " + String.join("; ", mend);
    List<String> all = new ArrayList<>(captured);
    all.addAll(strange);
    String found = "not of this product, and they see or carry away what is written: ";
    if (!captured.isEmpty()) {
      findings.failed(
          ATTACHMENTS, Cause.SCHEMA, found + String.join(", ", all), remedy + "; then run migrate");
    } else if (!strange.isEmpty()) {
      findings.warning(ATTACHMENTS, found + String.join(", ", all), remedy);
    } else {
      findings.ok(ATTACHMENTS, "no trigger, rule or publication of others");
    }
  }
}
