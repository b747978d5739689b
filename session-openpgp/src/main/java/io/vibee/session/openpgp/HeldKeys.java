package io.vibee.session.openpgp;

import io.vibee.session.MisconfiguredException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the keys that a provider last returned, by fingerprint. Finding a held key takes no lock;
 * the provider is called by one thread at a time.
 */
final class HeldKeys {
  private static final Logger log = LoggerFactory.getLogger(HeldKeys.class);

  /**
   * The least time between two calls: 100,000 rows under an unknown key must not call a vault
   * 100,000 times.
   */
  static final long PAUSE = TimeUnit.SECONDS.toNanos(1);

  private final KeyProvider provider;
  private final LongSupplier nanoClock;
  private volatile Map<String, SealingKey> keys = Map.of();
  private long asked;

  HeldKeys(KeyProvider provider, LongSupplier nanoClock) {
    this.provider = provider;
    this.nanoClock = nanoClock;
    ask();
    // So that a row under a new key finds it even right after the start.
    asked -= PAUSE;
  }

  /** Asks the provider, and returns the fingerprints, the current key's first. */
  synchronized List<String> ask() {
    try {
      Map<String, SealingKey> found = new LinkedHashMap<>();
      for (MasterKey key : provider.keys()) {
        SealingKey sealing = heldOrNew(key);
        found.putIfAbsent(sealing.fingerprint(), sealing);
      }
      if (found.isEmpty()) throw new MisconfiguredException("the key provider returned no key");
      keys = Collections.unmodifiableMap(found);
      return List.copyOf(found.keySet());
    } finally {
      asked = nanoClock.getAsLong();
    }
  }

  /** Keeps the object of a key that stays, with its derived keys and its costly fingerprint. */
  private SealingKey heldOrNew(MasterKey key) {
    return keys.values().stream()
        .filter(held -> held.isOf(key))
        .findFirst()
        .orElseGet(() -> new SealingKey(key));
  }

  boolean holds(String fingerprint) {
    if (keys.containsKey(fingerprint)) return true;
    synchronized (this) {
      if (!keys.containsKey(fingerprint) && nanoClock.getAsLong() - asked >= PAUSE) askOrWarn();
      return keys.containsKey(fingerprint);
    }
  }

  /**
   * Only logs a failure: one row under an unknown key must not break the rows whose keys are held.
   */
  private void askOrWarn() {
    try {
      ask();
    } catch (RuntimeException e) {
      // Not its message, which a caller's provider wrote and which may hold a key.
      log.warn("the key provider failed, so keys stay as they are: {}", e.getClass().getName());
    }
  }

  /** Returns the current key's fingerprint as it was last, without asking the provider. */
  String current() {
    return keys.keySet().iterator().next();
  }

  /** Returns a held key, without asking the provider. */
  SealingKey require(String fingerprint) {
    @Nullable SealingKey key = keys.get(fingerprint);
    if (key == null) throw new IllegalArgumentException("no key of this fingerprint is held");
    return key;
  }
}
