package io.vibee.session.jdbc;

import io.vibee.session.Secret;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A batch of hashes for the current key: sealed here, or in clear for the database to encrypt. */
final class Resealed {
  private final @Nullable HashSealer sealer;
  private final CurrentKey key;
  private final List<Long> ids = new ArrayList<>();
  private final List<byte[]> sealed = new ArrayList<>();
  private final List<Secret> inClear = new ArrayList<>();

  Resealed(@Nullable HashSealer sealer, CurrentKey key) {
    this.sealer = sealer;
    this.key = key;
  }

  /** Returns false for a hash that breaks the limits of a session, which an earlier row may. */
  boolean add(long id, SealedRow place, Secret apiHash) {
    @Nullable String fingerprint = key.fingerprint();
    if (fingerprint == null) {
      inClear.add(apiHash);
    } else {
      HashSealer holder = key.requireHeld(sealer);
      try {
        sealed.add(holder.seal(apiHash, place.at(key.version()), fingerprint));
      } catch (IllegalArgumentException e) {
        return false;
      }
    }
    ids.add(id);
    return true;
  }

  boolean isEmpty() {
    return ids.isEmpty();
  }

  long[] ids() {
    return ids.stream().mapToLong(Long::longValue).toArray();
  }

  byte[][] sealed() {
    return sealed.toArray(byte[][]::new);
  }

  String[] inClear() {
    return inClear.stream().map(Secret::exposeSecret).toArray(String[]::new);
  }
}
