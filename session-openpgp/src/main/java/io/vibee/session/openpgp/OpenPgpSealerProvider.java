package io.vibee.session.openpgp;

import io.vibee.session.jdbc.seal.HashSealer;
import java.util.Map;
import java.util.Optional;

/**
 * Makes an {@link OpenPgpSealer} when {@code ENCRYPTION_MASTER_KEY} or {@code
 * ENCRYPTION_MASTER_KEY_FILE} is set; setting both is an error, and an empty one counts as not set.
 * {@link java.util.ServiceLoader} finds it; not meant to be called.
 *
 * <p>The file has the current key in its first line, and earlier keys in the lines after it for as
 * long as rows are encrypted with them. It must be UTF-8, at most 64 KiB long, and accessible only
 * to its owner. It is read again at each key change and when a row names a key that is not held, so
 * that a running agent learns of a new key; if it cannot be used then, a warning is logged and the
 * keys that are held stay in use. Replace it by renaming a new file ({@code mv}), so that nobody
 * reads half of it.
 *
 * <p>{@link MasterKey#of} says what a key may be; nothing is trimmed. A key in quotes is refused,
 * since some tools strip quotes and others do not. A passphrase is used, with a warning. Anything
 * that cannot be used causes a {@link io.vibee.session.MisconfiguredException} that names the
 * variable, the file and the line, never a key.
 */
public final class OpenPgpSealerProvider implements HashSealer.Provider {

  /** For {@link java.util.ServiceLoader}. */
  public OpenPgpSealerProvider() {}

  @Override
  public Optional<HashSealer> fromEnvironment(Map<String, String> environment) {
    return EnvironmentKeys.read(environment).map(OpenPgpSealer::of);
  }
}
