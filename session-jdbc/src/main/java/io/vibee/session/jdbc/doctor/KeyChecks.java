package io.vibee.session.jdbc.doctor;

import io.vibee.session.Finding.Cause;
import io.vibee.session.jdbc.seal.HashSealer;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Checks the key in force, and earlier ones that sessions still need. No key leaves the database.
 */
final class KeyChecks {
  private static final String KEY = "key";
  private static final String EARLIER = "earlier-keys";

  private static final String CURRENT =
      """
      select version, key_fingerprint, key_is_random,
             master_key in ('CHANGE_ME_IN_PRODUCTION_USE_32_BYTE_KEY', 'YOUR_NEW_KEY'),
             octet_length(master_key) < 32
        from @home@.encryption_keys where id = 1
      """;

  private static final String NEEDED =
      """
      select s.key_version, count(*), k.version is not null
        from @home@.user_sessions s left join @home@.encryption_keys k on k.version = s.key_version
       where s.key_version <> (select version from @home@.encryption_keys where id = 1)
       group by s.key_version, k.version order by s.key_version
      """;

  private KeyChecks() {}

  static void current(@Nullable HashSealer held, Queries sql, Report findings) throws SQLException {
    List<Queries.Row> rows = sql.rows(CURRENT);
    if (rows.isEmpty()) {
      findings.failed(
          KEY,
          Cause.UNREADABLE,
          "encryption_keys has no row with id = 1",
          "restore that row from a backup: a new key cannot read the hashes");
      return;
    }
    Queries.Row key = rows.get(0);
    @Nullable String fingerprint = key.get(1);
    if (fingerprint != null) external(key.text(0), fingerprint, held, findings);
    else inDatabase(key, held != null, findings);
  }

  private static void external(
      String version, String fingerprint, @Nullable HashSealer held, Report findings) {
    String name = "version " + version + ", outside the database, fingerprint " + fingerprint;
    boolean isHeld;
    try {
      isHeld = held != null && held.holds(fingerprint);
    } catch (RuntimeException e) {
      // A provider of the caller's may throw anything, with any text.
      findings.failed(
          KEY,
          Cause.UNREADABLE,
          name + "; the keys of this process cannot be had (" + e.getClass().getName() + ")",
          "look into the provider that they come from");
      return;
    }
    if (isHeld) {
      findings.ok(KEY, name + ", which is held here");
    } else {
      findings.failed(
          KEY,
          Cause.UNREADABLE,
          name + (held == null ? "; none is set here" : "; another one is set here"),
          "set ENCRYPTION_MASTER_KEY_FILE to a file with that key");
    }
  }

  private static void inDatabase(Queries.Row key, boolean held, Report findings) {
    String name = "version " + key.text(0) + ", in the database";
    String rotate = "run rotate-key: the database makes a random one, and agents run on";
    if (key.is(3)) {
      findings.failed(
          KEY, Cause.MISCONFIGURED, name + ": it was printed in guides, everybody has it", rotate);
    } else if (key.is(4)) {
      findings.warning(KEY, name + ": shorter than 32 bytes, so it can be guessed", rotate);
    } else if (!key.is(2)) {
      findings.warning(KEY, name + ": a passphrase, which is slow and can be guessed", rotate);
    } else if (held) {
      findings.warning(
          KEY,
          name + ", while a key outside it is set here and not in force",
          "run rotate-key to use that one, or unset it");
    } else {
      findings.ok(KEY, name + ", random");
    }
  }

  static void earlier(Queries sql, Report findings) throws SQLException {
    List<Queries.Row> versions = sql.rows(NEEDED);
    if (versions.isEmpty()) {
      findings.ok(EARLIER, "no session needs one");
      return;
    }
    String list =
        String.join(
            ", ",
            versions.stream().map(row -> row.text(1) + " with version " + row.text(0)).toList());
    if (versions.stream().allMatch(row -> row.is(2))) {
      findings.warning(
          EARLIER,
          "a rotation is not finished, sessions have an earlier key: " + list,
          "run rotate-key --continue");
    } else {
      findings.failed(
          EARLIER,
          Cause.UNREADABLE,
          "sessions have a key that is not in encryption_keys: " + list,
          "restore those keys from a backup, or store these sessions' api_hash again by add");
    }
  }
}
