package io.vibee.session.openpgp;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.vibee.session.jdbc.seal.SealContext;
import io.vibee.session.jdbc.seal.SealException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Binds a message to its row by the name that its literal packet carries: {@code
 * vibee1.<key_version>.<digest>}, 43 characters of base64url for a SHA-256 over the line {@code
 * vibee-session row 1}, a zero byte, then {@code user_id} and {@code session_id}, each as UTF-8
 * after its length in four bytes, then {@code api_id} and {@code key_version} in four bytes each,
 * all numbers big-endian. pgcrypto ignores the name, and the message's integrity check covers it.
 */
final class RowBinding {
  private static final byte[] DOMAIN = "vibee-session row 1\0".getBytes(US_ASCII);
  private static final Pattern NAME =
      Pattern.compile("vibee1\\.(-?[0-9]{1,10})\\.[A-Za-z0-9_-]{43}");
  private static final int LONGEST_NAME = 62;

  /** Never used but to be copied: a copy costs less than the search for a provider. */
  private static final MessageDigest SHA_256 = newSha256();

  private RowBinding() {}

  static String name(SealContext row) {
    byte[] userId = Utf8.encode(row.userId());
    byte[] sessionId = Utf8.encode(row.sessionId());
    ByteBuffer bound =
        ByteBuffer.allocate(DOMAIN.length + userId.length + sessionId.length + 4 * Integer.BYTES);
    bound.put(DOMAIN).putInt(userId.length).put(userId).putInt(sessionId.length).put(sessionId);
    bound.putInt(row.apiId()).putInt(row.keyVersion());
    String digest = Base64.getUrlEncoder().withoutPadding().encodeToString(sha256(bound.array()));
    // By hand: the first concatenation by + costs a process some milliseconds at its start.
    StringBuilder name = new StringBuilder(LONGEST_NAME);
    return name.append("vibee1.").append(row.keyVersion()).append('.').append(digest).toString();
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return ((MessageDigest) SHA_256.clone()).digest(bytes);
    } catch (CloneNotSupportedException e) {
      return newSha256().digest(bytes); // no copies with some providers
    }
  }

  private static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java lacks SHA-256", e);
    }
  }

  /** Refuses a message whose name is not this row's; its integrity must have been checked. */
  static void require(String name, SealContext row) throws SealException {
    if (name(row).equals(name)) return; // both are public, so the time may tell where they differ
    Matcher parts = NAME.matcher(name);
    if (!parts.matches()) throw Refusal.UNBOUND.exception();
    long version = Long.parseLong(parts.group(1));
    if (version != row.keyVersion()) throw Refusal.OTHER_VERSION.exception(version);
    throw Refusal.OTHER_ROW.exception();
  }
}
