package io.vibee.session.jdbc.doctor;

import io.vibee.session.Finding.Cause;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;

/** Checks that pgcrypto is there, and whether it can be trusted with messages from elsewhere. */
final class PgcryptoChecks {
  private static final String PGCRYPTO = "pgcrypto";
  private static final String CIPHERS = "weak-ciphers";
  private static final List<String> OLD = List.of("bf", "cast5");

  private static final String MENDED = "14.24, 15.19, 16.15, 17.11 or 18.6";

  private static final String EXTENSION =
      """
      select e.extversion, n.nspname, has_schema_privilege(n.oid, 'USAGE')
        from pg_extension e join pg_namespace n on n.oid = e.extnamespace
       where e.extname = 'pgcrypto'
      """;

  private static final String AVAILABLE =
      """
      select exists (select from pg_available_extensions where name = 'pgcrypto')
      """;

  private static final String HOME =
      """
      select quote_ident(n.nspname)
        from pg_extension e join pg_namespace n on n.oid = e.extnamespace
       where e.extname = 'pgcrypto'
      """;

  private static final String WITH_ANOTHER_KEY =
      """
      select octet_length(@pgcrypto@.pgp_sym_decrypt(
        @pgcrypto@.pgp_sym_encrypt('vibee-session'::text, 'one key'::text, 'cipher-algo=' || ?::text), 'another'::text))
      """;

  private static final String IS_MENDED =
      """
      select current_setting('server_version_num')::integer >= case current_setting('server_version_num')::integer / 10000
               when 14 then 140024 when 15 then 150019 when 16 then 160015 when 17 then 170011 else 180006 end
      """;

  private PgcryptoChecks() {}

  static void extension(Queries sql, Report findings) throws SQLException {
    List<Queries.Row> found = sql.rows(EXTENSION);
    if (found.isEmpty()) {
      boolean available = sql.row(AVAILABLE).is(0);
      if (available && SchemaChecks.isUnmigrated(sql)) {
        findings.skipped(PGCRYPTO, "not created yet, which migrate does");
        return;
      }
      findings.failed(
          PGCRYPTO,
          Cause.SCHEMA,
          "the extension pgcrypto is " + (available ? "not created" : "not installed"),
          available
              ? "let the owner of the database run: CREATE EXTENSION pgcrypto"
              : "install PostgreSQL's contrib package on the server, then run migrate");
      return;
    }
    String version = found.get(0).text(0);
    String schema = found.get(0).text(1);
    if (found.get(0).is(2)) {
      findings.ok(PGCRYPTO, "version " + version + " in schema " + schema);
    } else {
      findings.failed(
          PGCRYPTO,
          Cause.UNAVAILABLE,
          "this role may not use schema " + schema + ", where pgcrypto is",
          "GRANT USAGE ON SCHEMA " + schema + " to this role");
    }
  }

  /**
   * Checks whether pgcrypto accepts any key for a message that is encrypted with an old cipher, as
   * it does before {@link #MENDED} with OpenSSL 3 (CVE-2026-14663), by encrypting a constant.
   */
  static void weakCiphers(Queries sql, Report findings) throws SQLException {
    List<String> schema = sql.texts(HOME);
    if (schema.isEmpty()) {
      findings.skipped(CIPHERS, "there is no pgcrypto");
      return;
    }
    List<String> broken = new ArrayList<>();
    for (String cipher : OLD) {
      switch (takesAnotherKey(schema.get(0), cipher, sql)) {
        case "yes" -> broken.add(cipher);
        case "unknown" -> {
          byVersion(sql, findings);
          return;
        }
        default -> {}
      }
    }
    if (broken.isEmpty()) {
      findings.ok(CIPHERS, "pgcrypto refuses another key with them too");
    } else {
      warn("takes any key with " + String.join(" and ", broken), findings);
    }
  }

  private static String takesAnotherKey(String schema, String cipher, Queries sql)
      throws SQLException {
    Savepoint before = sql.connection().setSavepoint();
    try {
      sql.row(WITH_ANOTHER_KEY.replace("@pgcrypto@", schema), cipher);
      return "yes";
    } catch (SQLException e) {
      sql.connection().rollback(before);
      String state = String.valueOf(e.getSQLState());
      // pgcrypto's own refusals: a wrong key, or a cipher that it was built without
      if (state.equals("39000") || state.startsWith("22")) return "no";
      if (state.matches("42501|42883|3F000")) return "unknown";
      throw e;
    }
  }

  private static void byVersion(Queries sql, Report findings) throws SQLException {
    if (sql.row(IS_MENDED).is(0)) {
      findings.ok(CIPHERS, "this version of pgcrypto refuses another key with them too");
    } else {
      warn("may take any key with bf and cast5, going by its version", findings);
    }
  }

  private static void warn(String does, Report findings) {
    findings.warning(
        CIPHERS,
        "this server's pgcrypto "
            + does
            + " (CVE-2026-14663). Stored hashes are AES-256 and not concerned; one that comes in"
            + " under such a cipher may be opened with a wrong key and stored as garbage",
        "update the server to PostgreSQL " + MENDED);
  }
}
