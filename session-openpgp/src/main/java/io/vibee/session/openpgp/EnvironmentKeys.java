package io.vibee.session.openpgp;

import io.vibee.session.MisconfiguredException;
import io.vibee.session.Secret;
import java.io.File;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the keys that environment variables name; an empty variable counts as not set. */
final class EnvironmentKeys {
  static final String KEY = "ENCRYPTION_MASTER_KEY";
  static final String FILE = "ENCRYPTION_MASTER_KEY_FILE";
  private static final Logger log = LoggerFactory.getLogger(EnvironmentKeys.class);

  private EnvironmentKeys() {}

  static Optional<KeyProvider> read(Map<String, String> environment) {
    String key = value(environment, KEY);
    String file = value(environment, FILE);
    if (key != null && file != null) {
      throw new MisconfiguredException(
          KEY + " and " + FILE + " are both set: unset one, they could name different keys");
    }
    if (file != null) return Optional.of(KeyFile.open(path(file)));
    if (key == null) return Optional.empty();
    refusePath(key);
    MasterKey only = key(KEY, key);
    warnIfPassphrase(KEY, only);
    return Optional.of(KeyProvider.of(only));
  }

  private static @Nullable String value(Map<String, String> environment, String name) {
    String value = environment.get(name);
    return value == null || value.isEmpty() ? null : value;
  }

  /** Checks a text that somebody may have pasted; errors name the place that it came from. */
  static MasterKey key(String place, String text) {
    if (isQuoted(text)) {
      // A shell strips quotes, docker --env-file keeps them: one text would give two keys.
      throw new MisconfiguredException(
          place + ": the key is in quotes, which would be a part of it: remove them");
    }
    if (text.isEmpty()) throw new MisconfiguredException(place + ": there is no key");
    try {
      return MasterKey.of(Secret.of(text));
    } catch (MisconfiguredException e) {
      throw new MisconfiguredException(place + ": " + e.getMessage());
    }
  }

  private static boolean isQuoted(String text) {
    char first = text.isEmpty() ? 'x' : text.charAt(0);
    return text.length() > 1
        && (first == '"' || first == '\'' || first == '`')
        && first == text.charAt(text.length() - 1);
  }

  /** To be called once for each key, when it is first read. */
  static void warnIfPassphrase(String place, MasterKey key) {
    if (key.isRandom()) return;
    log.warn(
        "{} is a passphrase: whoever has the database can try to guess it. Make a random key with"
            + " scripts/generate-encryption-key.sh",
        place);
  }

  /** Refuses a path, which would work as a passphrase, but one that anybody can guess. */
  private static void refusePath(String key) {
    if (key.startsWith("/") && !MasterKey.isRandom(key) && new File(key).exists()) {
      throw new MisconfiguredException(
          KEY + " holds the path of a file, not a key: set " + FILE + " instead");
    }
  }

  private static Path path(String file) {
    if (MasterKey.isRandom(file)) {
      throw new MisconfiguredException(
          FILE + " holds a key, not the path of a file: set " + KEY + " instead");
    }
    try {
      return Path.of(file);
    } catch (InvalidPathException e) {
      throw new MisconfiguredException(FILE + " is not the path of a file");
    }
  }
}
