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
 * Reads rows of {@link SessionRows}: those that the database decrypted, and those that this process
 * opens.
 */
public final class SessionReader {
  private final @Nullable HashSealer sealer;
  private final TamperLog tampering = new TamperLog();
  private final AtomicInteger warnedOf = new AtomicInteger();

  public SessionReader(@Nullable HashSealer sealer) {
    this.sealer = sealer;
  }

  public @Nullable HashSealer sealer() {
    return sealer;
  }

  /** Once for each key of the database that is in force although this process holds others. */
  public void warnIfPassedOver(CurrentKey key) {
    if (warnedOf.getAndSet(key.version()) != key.version()) key.warnIfPassedOver(sealer);
  }

  public void read(
      Row row, Consumer<? super Session> readable, Consumer<? super UnreadableSession> unreadable)
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
  public @Nullable Secret apiHash(Row row, Consumer<? super UnreadableSession> unreadable)
      throws SQLException {
    if (row.flag(SessionRows.ROLLED_BACK)) {
      refuse(row, "its key version was retired: no session had it any more", unreadable);
      return null;
    }
    @Nullable String fingerprint = row.text(SessionRows.KEY_FINGERPRINT);
    if (fingerprint != null) return opened(row, fingerprint, unreadable);
    @Nullable String apiHash = row.text(SessionRows.API_HASH);
    if (apiHash == null || apiHash.isEmpty()) {
      unreadable.accept(unreadable(row, reason(row, apiHash)));
      return null;
    }
    return Secret.of(apiHash);
  }

  private @Nullable Secret opened(
      Row row, String fingerprint, Consumer<? super UnreadableSession> unreadable)
      throws SQLException {
    if (sealer == null || !sealer.holds(fingerprint)) {
      unreadable.accept(unreadable(row, Reason.KEY_MISSING));
      return null;
    }
    byte @Nullable [] sealed = row.bytes(SessionRows.SEALED_HASH);
    if (sealed == null) {
      refuse(row, "longer than 2,048 bytes", unreadable);
      return null;
    }
    try {
      return sealer.open(sealed, contextOf(row), fingerprint);
    } catch (SealException e) {
      refuse(row, String.valueOf(e.getMessage()), unreadable);
    } catch (IllegalArgumentException e) {
      // It was held a moment ago: the key provider has dropped it.
      unreadable.accept(unreadable(row, Reason.KEY_MISSING));
    }
    return null;
  }

  public static SealContext contextOf(Row row) throws SQLException {
    return new SealContext(
        row.requiredText(SessionRows.USER_ID),
        row.requiredText(SessionRows.SESSION_ID),
        row.integer(SessionRows.API_ID),
        row.integer(SessionRows.KEY_VERSION));
  }

  private void refuse(Row row, String problem, Consumer<? super UnreadableSession> unreadable)
      throws SQLException {
    tampering.found(contextOf(row), problem);
    unreadable.accept(unreadable(row, Reason.TAMPERED));
  }

  /** Once the query is over, and its connection is free. */
  public void reportTampering(Jdbc jdbc) {
    tampering.report(jdbc);
  }

  private static UnreadableSession unreadable(Row row, Reason reason) throws SQLException {
    return new UnreadableSession(
        row.requiredText(SessionRows.USER_ID),
        row.requiredText(SessionRows.SESSION_ID),
        row.integer(SessionRows.KEY_VERSION),
        row.flag(SessionRows.IS_ACTIVE),
        reason);
  }

  private static Reason reason(Row row, @Nullable String apiHash) throws SQLException {
    if (row.flag(SessionRows.KEY_MISSING)) return Reason.KEY_MISSING;
    return apiHash == null ? Reason.NOT_DECRYPTABLE : Reason.NOT_SEALED;
  }
}
