package io.vibee.session.openpgp;

import io.vibee.session.Secret;
import io.vibee.session.jdbc.seal.SealContext;
import io.vibee.session.jdbc.testing.Canary;
import java.util.Arrays;

/** Made-up keys, rows and hashes. */
final class TestKeys {
  static final String RANDOM_HEX =
      "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
  static final String PASSPHRASE = "Schlüssel für Żółw 🐢";
  static final SealContext ROW = new SealContext("144022504", "sess_1", 94892, 1);

  private TestKeys() {}

  static MasterKey random() {
    return key(Canary.MASTER_KEY);
  }

  static MasterKey passphrase() {
    return key(PASSPHRASE);
  }

  static MasterKey key(String text) {
    return MasterKey.of(Secret.of(text));
  }

  static OpenPgpSealer sealer(MasterKey current, MasterKey... earlier) {
    return OpenPgpSealer.of(KeyProvider.of(current, earlier));
  }

  /** Concatenates all parts. */
  static byte[] join(byte[]... parts) {
    int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
    byte[] all = new byte[length];
    int end = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, all, end, part.length);
      end += part.length;
    }
    return all;
  }
}
