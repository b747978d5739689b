package io.vibee.session.openpgp;

import io.vibee.session.jdbc.HashSealer;
import java.util.Map;
import java.util.Optional;

/**
 * Makes an {@link OpenPgpSealer} when {@code ENCRYPTION_MASTER_KEY} or {@code
 * ENCRYPTION_MASTER_KEY_FILE} is set. Found by {@link java.util.ServiceLoader}; not for calling.
 */
public final class OpenPgpSealerProvider implements HashSealer.Provider {

  /** For {@link java.util.ServiceLoader}. */
  public OpenPgpSealerProvider() {}

  @Override
  public Optional<HashSealer> fromEnvironment(Map<String, String> environment) {
    return EnvironmentKeys.read(environment).map(OpenPgpSealer::of);
  }
}
