package io.vibee.session.jdbc;

import io.vibee.session.Secret;
import io.vibee.session.Session;
import io.vibee.session.UnreadableSession;
import io.vibee.session.UnreadableSession.Reason;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads rows of {@link SessionRows}: those that the database decrypted, and those that this process
 * opens.
 */
final class SessionReader {
  private final @Nullable HashSealer sealer;
  private final TamperLog tampering = new TamperLog();
  private final AtomicInteger warnedOf = new AtomicInteger();

  SessionReader(@Nullable HashSealer sealer) {
    this.sealer = sealer;
  }

  @Nullable HashSealer sealer() {
    return sealer;
  }

  /** Once for each key of the database that is in force although this process holds others. */
  void warnIfPassedOver(CurrentKey key) {
    if (warnedOf.getAndSet(key.version()) != key.version()) key.warnIfPassedOver(sealer);
  }

  void read(
      ResultSet row,
      Consumer<? super Session> readable,
      Consumer<? super UnreadableSession> unreadable)
      throws SQLException {
    @Nullable Secret apiHash = apiHash(row, unreadable);
    if (apiHash == null) return;
    Session session;
    try {
      session = SessionRows.session(row, apiHash);
    } catch (IllegalArgumentException e) {
      unreadable.accept(unreadable(row, Reason.INVALID_VALUES));
      return;
    }
    readable.accept(session);
  }

  /** The row's hash; null when it cannot be used, which the consumer was told then. */
  @Nullable Secret apiHash(ResultSet row, Consumer<? super UnreadableSession> unreadable)
      throws SQLException {
    if (row.getBoolean("rolled_back")) {
      refuse(row, "its key version was retired: no session had it any more", unreadable);
      return null;
    }
    @Nullable String fingerprint = row.getString("key_fingerprint");
    if (fingerprint != null) return opened(row, fingerprint, unreadable);
    @Nullable String apiHash = row.getString("api_hash");
    if (apiHash == null || apiHash.isEmpty()) {
      unreadable.accept(unreadable(row, reason(row)));
      return null;
    }
    return Secret.of(apiHash);
  }

  private @Nullable Secret opened(
      ResultSet row, String fingerprint, Consumer<? super UnreadableSession> unreadable)
      throws SQLException {
    if (sealer == null || !sealer.holds(fingerprint)) {
      unreadable.accept(unreadable(row, Reason.KEY_MISSING));
      return null;
    }
    byte @Nullable [] sealed = row.getBytes("sealed_hash");
    if (sealed == null) {
      refuse(row, "longer than 2,048 bytes", unreadable);
      return null;
    }
    try {
      return sealer.open(sealed, sealedRow(row), fingerprint);
    } catch (SealException e) {
      refuse(row, String.valueOf(e.getMessage()), unreadable);
    } catch (IllegalArgumentException e) {
      // It was held a moment ago: the key provider has dropped it.
      unreadable.accept(unreadable(row, Reason.KEY_MISSING));
    }
    return null;
  }

  static SealedRow sealedRow(ResultSet row) throws SQLException {
    return new SealedRow(
        row.getString("user_id"),
        row.getString("session_id"),
        row.getInt("api_id"),
        row.getInt("key_version"));
  }

  private void refuse(ResultSet row, String problem, Consumer<? super UnreadableSession> unreadable)
      throws SQLException {
    tampering.found(sealedRow(row), problem);
    unreadable.accept(unreadable(row, Reason.TAMPERED));
  }

  /** Once the query is over, and its connection is free. */
  void reportTampering(Jdbc jdbc) {
    tampering.report(jdbc);
  }

  private static UnreadableSession unreadable(ResultSet row, Reason reason) throws SQLException {
    return new UnreadableSession(
        row.getString("user_id"),
        row.getString("session_id"),
        row.getInt("key_version"),
        row.getBoolean("is_active"),
        reason);
  }

  private static Reason reason(ResultSet row) throws SQLException {
    if (!row.getBoolean("key_known")) return Reason.KEY_MISSING;
    return row.getBoolean("sealed") ? Reason.NOT_DECRYPTABLE : Reason.NOT_SEALED;
  }
}
