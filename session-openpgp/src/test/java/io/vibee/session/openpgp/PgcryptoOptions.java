package io.vibee.session.openpgp;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One way to call {@code pgp_sym_encrypt}, and what becomes of its message here: the documented
 * list as code.
 */
record PgcryptoOptions(
    String cipher,
    int mode,
    String digest,
    boolean sessionKey,
    int compression,
    boolean unicode,
    boolean withoutMdc) {
  private static final List<String> CIPHERS =
      List.of("aes128", "aes192", "aes256", "bf", "3des", "cast5");
  private static final List<String> DIGESTS =
      List.of("sha1", "sha256", "sha384", "sha512", "md5", "ripemd160");
  private static final Set<String> GOOD_DIGESTS = Set.of("sha1", "sha256", "sha384", "sha512");

  static List<PgcryptoOptions> all() {
    List<PgcryptoOptions> all = new ArrayList<>();
    for (String cipher : CIPHERS) {
      for (int mode : new int[] {0, 1, 3}) {
        for (String digest : DIGESTS) {
          for (int bits = 0; bits < 8; bits++) {
            for (int compression = 0; compression < 3; compression++) {
              all.add(
                  new PgcryptoOptions(
                      cipher,
                      mode,
                      digest,
                      (bits & 1) != 0,
                      compression,
                      (bits & 2) != 0,
                      (bits & 4) != 0));
            }
          }
        }
      }
    }
    return all;
  }

  String text() {
    return String.join(
            ", ",
            "cipher-algo=" + cipher,
            "s2k-mode=" + mode,
            "s2k-digest-algo=" + digest,
            "sess-key=" + (sessionKey ? 1 : 0),
            "compress-algo=" + compression,
            "unicode-mode=" + (unicode ? 1 : 0),
            "disable-mdc=" + (withoutMdc ? 1 : 0))
        + (mode == 3 ? ", s2k-count=1024" : "");
  }

  /** Whether only AES and SHA are used, which every build of PostgreSQL has. */
  boolean isEverywhere() {
    return cipher.startsWith("aes") && GOOD_DIGESTS.contains(digest);
  }

  /** Returns why the message is refused; null if it is read. */
  @Nullable Refusal refusal() {
    if (withoutMdc) return Refusal.NO_MDC;
    if (!cipher.startsWith("aes")) return Refusal.CIPHER;
    if (!GOOD_DIGESTS.contains(digest)) return Refusal.S2K_DIGEST;
    return compression == 0 ? null : Refusal.COMPRESSED;
  }
}
