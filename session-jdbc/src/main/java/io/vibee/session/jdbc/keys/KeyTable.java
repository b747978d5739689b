package io.vibee.session.jdbc.keys;

import io.vibee.session.KeyInUseException;
import io.vibee.session.KeyVersion;
import io.vibee.session.MasterKeyMissingException;
import io.vibee.session.MisconfiguredException;
import io.vibee.session.NewKey;
import io.vibee.session.Secret;
import io.vibee.session.SessionException;
import io.vibee.session.StoreUnavailableException;
import io.vibee.session.jdbc.rows.CurrentKey;
import io.vibee.session.jdbc.rows.SessionRows;
import io.vibee.session.jdbc.seal.HashSealer;
import io.vibee.session.jdbc.sql.Jdbc;
import io.vibee.session.jdbc.sql.Patience;
import io.vibee.session.jdbc.sql.ServerWarnings;
import io.vibee.session.jdbc.sql.SqlErrors;
import io.vibee.session.jdbc.sql.Tx;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lists, changes, retires and deletes keys by their versions. */
public final class KeyTable {
  private static final Logger log = LoggerFactory.getLogger(KeyTable.class);

  private static final String LIST =
      """
      select k.version, k.key_fingerprint, k.created_at, k.archived_at,
             coalesce(used.sessions, 0) as sessions
        from @home@.encryption_keys k
        left join (select key_version, count(*) as sessions from @home@.user_sessions group by key_version)
                  as used on used.key_version = k.version
       order by k.id = 1 desc, k.version desc
      """;

  /**
   * Makes those who write hashes queue: they share the key's row, and a change would wait for as
   * long as there is always one of them. The wait is short, since one that holds the row and does
   * nothing would stop them all.
   */
  private static final String LOCK =
      """
      select set_config('lock_timeout', case when current_setting('lock_timeout')::interval < '1500 ms'
                          then current_setting('lock_timeout') else '1500ms' end, true);
      lock table @home@.encryption_keys in exclusive mode
      """;

  /** Between two attempts, so that those who queued get their turn. */
  private static final Duration PAUSE = Duration.ofMillis(500);

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Tells the trigger that sessions follow in batches instead of in this transaction. */
  private static final String ONLINE = "select set_config('vibee.key_change', 'online', true)";

  /**
   * Generates a key of 366 random bits, with functions that everybody may execute, unless one is
   * given.
   */
  private static final String CHANGE =
      """
      update @home@.encryption_keys
         set master_key = case when ?::text is null then coalesce((?::text[])[1],
               encode(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())
                          || uuid_send(gen_random_uuid())), 'base64')) end,
             key_fingerprint = ?
       where id = 1
      """;

  private static final String RETIRE =
      """
      update @home@.encryption_keys k set retired_at = now()
       where k.id <> 1 and k.retired_at is null
         and not exists (select from @home@.user_sessions s where s.key_version = k.version)
      """;

  private static final String IN_USE =
      """
      select k.id = 1, (select count(*) from @home@.user_sessions where key_version = k.version)
        from @home@.encryption_keys k where k.version = ?
      """;

  private static final String DELETE =
      "delete from @home@.encryption_keys where version = ? and id <> 1";

  /** SQLSTATE of the trigger when a session still needs the key. */
  private static final String REFUSED = "55000";

  private KeyTable() {}

  /** Lists the keys, the current one first, then from the newest to the oldest. */
  public static List<KeyVersion> list(Jdbc jdbc) {
    return jdbc.read(KeyTable::list);
  }

  private static List<KeyVersion> list(Tx tx) throws SQLException {
    return tx.query(LIST)
        .list(
            row ->
                new KeyVersion(
                    row.getInt("version"),
                    row.getString("key_fingerprint"),
                    SessionRows.instant(row, "created_at"),
                    SessionRows.optionalInstant(row, "archived_at"),
                    row.getLong("sessions")));
  }

  /**
   * Makes a key the current one; sessions keep theirs until {@link RotateSessions} moves them. An
   * external key that is already the current one stays so.
   *
   * @param sealer holds the external key; null for none
   */
  public static KeyVersion change(Jdbc jdbc, NewKey key, @Nullable HashSealer sealer) {
    if (key.isExternal() && sealer == null) {
      throw new MisconfiguredException(
          "this store holds no key of its own: set ENCRYPTION_MASTER_KEY_FILE or"
              + " ENCRYPTION_MASTER_KEY, or open the store with one");
    }
    @Nullable String fingerprint =
        key.isExternal() && sealer != null ? sealer.currentFingerprint() : null;
    Patience patience = new Patience(PATIENCE, PAUSE);
    while (true) {
      try {
        KeyVersion current = jdbc.write(tx -> change(tx, key, fingerprint));
        log.info("the current key has version {}", current.version());
        return current;
      } catch (KeysHeldException e) {
        if (!patience.pause()) throw e.asError();
      }
    }
  }

  private static KeyVersion change(Tx tx, NewKey key, @Nullable String fingerprint)
      throws SQLException {
    if (fingerprint == null || !fingerprint.equals(CurrentKey.read(tx).fingerprint())) {
      lock(tx);
      change(tx, key.text().orElse(null), fingerprint);
    }
    List<KeyVersion> keys = list(tx);
    warnOfReturn(keys);
    return keys.get(0);
  }

  private static void lock(Tx tx) throws SQLException {
    try {
      tx.query(LOCK).execute();
    } catch (SQLException e) {
      if (SqlErrors.state(e).equals(SqlErrors.LOCK_NOT_AVAILABLE)) throw new KeysHeldException(e);
      throw e;
    }
  }

  /** Another transaction uses the current key. */
  private static final class KeysHeldException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient SQLException error;

    KeysHeldException(SQLException error) {
      super(null, null, false, false);
      this.error = error;
    }

    SessionException asError() {
      return new StoreUnavailableException(
          "the key was not changed: for 30 seconds, other transactions that saved sessions have held"
              + " encryption_keys; "
              + SqlErrors.FIND_HOLDER,
          SqlErrors.LOCK_NOT_AVAILABLE,
          SqlErrors.copy(error));
    }
  }

  /**
   * Warns of a key that comes back: perhaps the key file still begins with the one that was
   * replaced.
   */
  private static void warnOfReturn(List<KeyVersion> keys) {
    @Nullable String fingerprint = keys.get(0).fingerprint();
    keys.stream()
        .skip(1)
        .filter(key -> fingerprint != null && fingerprint.equals(key.fingerprint()))
        .findFirst()
        .ifPresent(
            key ->
                log.warn(
                    "key version {} has the same fingerprint as version {}, which was replaced: if"
                        + " that was not meant, put the new key first, and change the key again",
                    keys.get(0).version(),
                    key.version()));
  }

  private static void change(Tx tx, @Nullable Secret text, @Nullable String fingerprint)
      throws SQLException {
    try (PreparedStatement online = tx.prepare(ONLINE);
        PreparedStatement statement = tx.prepare(CHANGE)) {
      online.execute();
      statement.setString(1, fingerprint);
      // As an array, which is sent in binary: the driver's trace log shows texts.
      statement.setObject(2, new @Nullable String[] {text == null ? null : text.exposeSecret()});
      statement.setString(3, fingerprint);
      if (statement.executeUpdate() == 0) throw new MasterKeyMissingException();
      ServerWarnings.log(statement, log);
    } catch (SQLException e) {
      throw SqlErrors.invalidValue(e);
    }
  }

  /** Marks the keys that no session needs any more: a row that names one later was rolled back. */
  static void retire(Jdbc jdbc) {
    jdbc.write(tx -> tx.query(RETIRE).update());
  }

  /**
   * Deletes an archived key that no session needs.
   *
   * @return false if there is no such version
   * @throws KeyInUseException if it is the current key, or sessions still have it
   */
  public static boolean prune(Jdbc jdbc, int version) {
    return jdbc.write(
        tx -> {
          requireUnused(tx, version);
          try {
            return tx.query(DELETE).integer(version).update() > 0;
          } catch (SQLException e) {
            // Another key change came in between: look again.
            throw REFUSED.equals(e.getSQLState()) ? SqlErrors.repeatable(e) : e;
          }
        });
  }

  private static void requireUnused(Tx tx, int version) throws SQLException {
    tx.query(IN_USE)
        .integer(version)
        .forEach(
            row -> {
              if (row.getBoolean(1)) throw KeyInUseException.current(version);
              long sessions = row.getLong(2);
              if (sessions > 0) throw KeyInUseException.needed(version, sessions);
            });
  }
}
