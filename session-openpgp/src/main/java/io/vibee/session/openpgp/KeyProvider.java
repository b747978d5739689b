package io.vibee.session.openpgp;

import io.vibee.session.MisconfiguredException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where the keys come from: a fixed list, a file, or, in a caller's own implementation, a vault.
 *
 * <p>The database names each row's key by its {@linkplain MasterKey#fingerprint() fingerprint}, so
 * only which key comes first matters. While a key change is under way, both keys are needed: the
 * new one first, and the old one after it until no row is left under it.
 *
 * <p>Implementations must be thread-safe.
 */
@FunctionalInterface
public interface KeyProvider {

  /**
   * Returns the keys that this process may use now, the current one first. Called when a sealer is
   * made, at each key change, and when a row names a key that is not held; in the last case at most
   * once a second. May be slow; whatever it throws reaches the caller of the sealer.
   *
   * @return at least one key
   */
  List<MasterKey> keys();

  /**
   * Creates a provider of keys that never change.
   *
   * @param current the key that a key change makes the current one
   * @param earlier further keys that rows may still be encrypted with
   * @return the provider
   * @throws MisconfiguredException if a key is given twice
   */
  static KeyProvider of(MasterKey current, MasterKey... earlier) {
    List<MasterKey> all = new ArrayList<>(List.of(current));
    for (MasterKey key : Arrays.asList(earlier)) {
      if (all.contains(key)) throw new MisconfiguredException("the same master key is given twice");
      all.add(key);
    }
    List<MasterKey> keys = List.copyOf(all);
    return () -> keys;
  }
}
