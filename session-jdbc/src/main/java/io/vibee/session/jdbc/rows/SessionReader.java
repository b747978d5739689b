package io.vibee.session.jdbc.rows;

import io.vibee.session.Secret;
import io.vibee.session.Session;
import io.vibee.session.UnreadableSession;
import io.vibee.session.UnreadableSession.Reason;
import io.vibee.session.jdbc.seal.HashSealer;
import io.vibee.session.jdbc.seal.SealContext;
import io.vibee.session.jdbc.seal.SealException;
import io.vibee.session.jdbc.sql.Jdbc;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads rows of {@link SessionRows}, whether the database has decrypted the hash or this process
 * opens it.
 */
public final class SessionReader {
  /** The key version of a row whose hash no known key opened when it was written. */
  private static final int NO_KEY = 0;

  private final @Nullable HashSealer sealer;
  private final TamperLog tampering = new TamperLog();
  private final AtomicInteger warnedOf = new AtomicInteger();

  /** Creates a reader with the keys of this process; null for none. */
  public SessionReader(@Nullable HashSealer sealer) {
    this.sealer = sealer;
  }

  /** Returns the keys of this process; null if it has none. */
  public @Nullable HashSealer sealer() {
    return sealer;
  }

  /**
   * Warns, once for each key, that the database's own key is in force although this process holds
   * others.
   */
  public void warnIfPassedOver(CurrentKey key) {
    if (warnedOf.getAndSet(key.version()) != key.version()) key.warnIfPassedOver(sealer);
  }

  /** Hands the session in a row to one of the two consumers. */
  public void read(
      Row row,
      RowKey key,
      Consumer<? super Session> readable,
      Consumer<? super UnreadableSession> unreadable)
      throws SQLException {
    SealContext ids = SessionRows.ids(row);
    @Nullable Secret apiHash = apiHash(row, ids, key, unreadable);
    if (apiHash == null) return;
    Session session;
    try {
      session = SessionRows.session(row, ids, apiHash);
    } catch (IllegalArgumentException e) {
      unreadable.accept(unreadable(row, ids, Reason.INVALID_VALUES));
      return;
    }
    readable.accept(session);
  }

  /**
   * Returns the row's hash; null if it cannot be used, after telling the consumer why.
   *
   * @param ids those of the row
   * @param key the one that the row names
   */
  public @Nullable Secret apiHash(
      Row row, SealContext ids, RowKey key, Consumer<? super UnreadableSession> unreadable)
      throws SQLException {
    if (key.rolledBack()) {
      refuse(row, ids, "its key version was retired: no session had it any more", unreadable);
      return null;
    }
    @Nullable String fingerprint = key.fingerprint();
    if (fingerprint != null) return opened(row, ids, fingerprint, unreadable);
    @Nullable String apiHash = row.text(SessionRows.API_HASH);
    if (apiHash == null || apiHash.isEmpty()) {
      unreadable.accept(unreadable(row, ids, reason(key, apiHash)));
      return null;
    }
    return Secret.of(apiHash);
  }

  private @Nullable Secret opened(
      Row row, SealContext ids, String fingerprint, Consumer<? super UnreadableSession> unreadable)
      throws SQLException {
    if (sealer == null || !sealer.holds(fingerprint)) {
      unreadable.accept(unreadable(row, ids, Reason.KEY_MISSING));
      return null;
    }
    byte @Nullable [] sealed = row.bytes(SessionRows.SEALED_HASH);
    if (sealed == null) {
      refuse(row, ids, "longer than 2,048 bytes", unreadable);
      return null;
    }
    try {
      return sealer.open(sealed, ids, fingerprint);
    } catch (SealException e) {
      refuse(row, ids, String.valueOf(e.getMessage()), unreadable);
    } catch (IllegalArgumentException e) {
      // The key was held a moment ago: its provider has dropped it since.
      unreadable.accept(unreadable(row, ids, Reason.KEY_MISSING));
    }
    return null;
  }

  private void refuse(
      Row row, SealContext ids, String problem, Consumer<? super UnreadableSession> unreadable)
      throws SQLException {
    tampering.found(ids, problem);
    unreadable.accept(unreadable(row, ids, Reason.TAMPERED));
  }

  /**
   * Logs what was found, in a transaction of its own: call it when the query is over and its
   * connection free.
   */
  public void reportTampering(Jdbc jdbc) {
    tampering.report(jdbc);
  }

  private static UnreadableSession unreadable(Row row, SealContext ids, Reason reason)
      throws SQLException {
    UnreadableSession session =
        UnreadableSession.of(
            ids.userId(), ids.sessionId(), row.flag(SessionRows.IS_ACTIVE), reason);
    return ids.keyVersion() == NO_KEY ? session : session.underKey(ids.keyVersion());
  }

  private static Reason reason(RowKey key, @Nullable String apiHash) {
    if (key.missing()) return Reason.KEY_MISSING;
    return apiHash == null ? Reason.NOT_DECRYPTABLE : Reason.NOT_SEALED;
  }
}
