package io.vibee.session.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vibee.session.Session;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A running session, known by its ids, its revision and the values that a connection may depend on.
 * Of the hash it keeps a keyed digest, whose key never leaves the process: enough to notice a
 * change.
 */
record Held(
    String userId, String sessionId, @Nullable Instant createdAt, long revision, Values values) {

  /** Without {@link Session#authorized()}, which says how a connection fares. */
  record Values(
      int apiId,
      String hashDigest,
      @Nullable String username,
      @Nullable String phone,
      boolean digitalTwinEnabled,
      boolean autoReplyEnabled,
      List<String> targetChats) {}

  private static final SecretKeySpec KEY = newKey();

  static Held of(Session session) {
    return new Held(
        session.userId(),
        session.sessionId(),
        session.createdAt(),
        session.revision(),
        new Values(
            session.apiId(),
            digest(session.apiHash().exposeSecret()),
            session.username(),
            session.phone(),
            session.digitalTwinEnabled(),
            session.autoReplyEnabled(),
            session.targetChats()));
  }

  private static SecretKeySpec newKey() {
    byte[] key = new byte[32];
    new SecureRandom().nextBytes(key);
    return new SecretKeySpec(key, "HmacSHA256");
  }

  private static String digest(String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(KEY);
      return HexFormat.of().formatHex(mac.doFinal(text.getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HmacSHA256", e);
    }
  }

  /**
   * Whether a session read from the store has nothing new. One that was deleted and added again
   * starts at revision 1.
   */
  boolean isAtLeast(Session other) {
    if (!sessionId.equals(other.sessionId())) return false;
    if (createdAt == null) return values.equals(of(other).values);
    return createdAt.equals(other.createdAt()) && revision >= other.revision();
  }
}
