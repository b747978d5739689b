package io.vibee.session.openpgp;

import io.vibee.session.MisconfiguredException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where the keys come from: a fixed list, a file, or a vault that the caller asks in an
 * implementation of its own.
 *
 * <p>The database names each row's key by its {@linkplain MasterKey#fingerprint() fingerprint}, so
 * the order matters for the first key alone. While a key change is under way, both keys are needed:
 * the new one first, the old one behind it until no row is left under it.
 *
 * <p>Implementations are safe for threads.
 */
@FunctionalInterface
public interface KeyProvider {

  /**
   * The keys that this process may use now, the current one first. Asked when a sealer is made, at
   * each key change, and when a row names a key that is not held; in the last case at most once a
   * second. May take its time; whatever it throws goes on to the caller of the sealer.
   *
   * @return at least one key
   */
  List<MasterKey> keys();

  /**
   * A provider of keys that never change.
   *
   * @param current the key that a key change brings into force
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
