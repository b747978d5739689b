package io.vibee.session.benchmarks.alternatives;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What an agent needs to know about an account, with the secret in plain text. */
record Account(String userId, String sessionId, int apiId, String apiHash, String phone) {
  static final int API_ID = 94892;
  static final String PHONE = "+10005550123";

  /** Makes up the same account as in the benchmark's own database. */
  static Account madeUp(int number) {
    return new Account("user_" + number, "sess_" + number, API_ID, md5("" + number), PHONE);
  }

  private static String md5(String text) {
    try {
      byte[] digest = MessageDigest.getInstance("MD5").digest(text.getBytes(UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Leaves out the secret. */
  @Override
  public String toString() {
    return "Account[" + userId + "]";
  }
}
