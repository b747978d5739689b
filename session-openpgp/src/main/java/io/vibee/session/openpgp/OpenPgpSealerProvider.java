package io.vibee.session.openpgp;

import io.vibee.session.jdbc.seal.HashSealer;
import java.util.Map;
import java.util.Optional;

/**
 * Makes an {@link OpenPgpSealer} when {@code ENCRYPTION_MASTER_KEY} or {@code
 * ENCRYPTION_MASTER_KEY_FILE} is set; both is an error, and an empty one counts as not set. Found
 * by {@link java.util.ServiceLoader}; not for calling.
 *
 * <p>The file has the current key in its first line, and earlier keys in further lines for as long
 * as rows are encrypted with them. Only its owner may have permissions for it, it is UTF-8, and it
 * holds 64 KiB at most. It is read again when a row names a key that is not held and at each key
 * change, so that a running agent learns a new key; if it cannot be used then, a warning is logged
 * and the keys that are held stay in use. Replace it by renaming a new file ({@code mv}), so that
 * nobody reads half of it.
 *
 * <p>Keys are taken as {@link MasterKey#of} takes them, nothing is trimmed; one in quotes is
 * refused, since some tools take quotes away and others do not. A passphrase is used with a
 * warning. What cannot be used gives a {@link io.vibee.session.MisconfiguredException} that names
 * the variable, the file and the line, never a key.
 */
public final class OpenPgpSealerProvider implements HashSealer.Provider {

  /** For {@link java.util.ServiceLoader}. */
  public OpenPgpSealerProvider() {}

  @Override
  public Optional<HashSealer> fromEnvironment(Map<String, String> environment) {
    return EnvironmentKeys.read(environment).map(OpenPgpSealer::of);
  }
}
