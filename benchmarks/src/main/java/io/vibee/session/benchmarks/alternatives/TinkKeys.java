package io.vibee.session.benchmarks.alternatives;

import com.google.crypto.tink.AccessesPartialKey;
import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.AesGcmKey;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import com.google.crypto.tink.util.SecretBytes;
import java.security.GeneralSecurityException;

/** Makes Tink's AES-256-GCM, with the parameters of its guide and the made-up key. */
final class TinkKeys {
  private static final int ID = 1;

  private TinkKeys() {}

  @AccessesPartialKey
  static Aead aead() {
    try {
      AeadConfig.register();
      AesGcmKey key =
          AesGcmKey.builder()
              .setParameters(PredefinedAeadParameters.AES256_GCM)
              .setKeyBytes(SecretBytes.copyFrom(Keys.aes256(), InsecureSecretKeyAccess.get()))
              .setIdRequirement(ID)
              .build();
      return KeysetHandle.newBuilder()
          .addEntry(KeysetHandle.importKey(key).makePrimary())
          .build()
          .getPrimitive(RegistryConfiguration.get(), Aead.class);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
