package io.vibee.session.benchmarks.alternatives;

import java.util.HexFormat;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.security.crypto.encrypt.AesGcmBytesEncryptor;
import org.springframework.security.crypto.encrypt.BytesEncryptor;

/** One made-up key for all, so that one run can read what another wrote. */
final class Keys {
  private static final String AES_256 = "0a1b2c3d".repeat(8);

  private Keys() {}

  static byte[] aes256() {
    return HexFormat.of().parseHex(AES_256);
  }

  /**
   * Makes an AES-256-GCM encryptor of Spring Security Crypto with the key itself: nothing is
   * derived from a password.
   */
  static BytesEncryptor springEncryptor() {
    return AesGcmBytesEncryptor.withSecretKey(new SecretKeySpec(aes256(), "AES")).build();
  }
}
