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
 * The keys that a provider gave last, by fingerprint. Finding one that is held takes no lock, and
 * one provider call is under way at a time.
 */
final class HeldKeys {
  private static final Logger log = LoggerFactory.getLogger(HeldKeys.class);

  /** One hundred thousand rows of an unknown key must not ask a vault as often. */
  static final long PAUSE = TimeUnit.SECONDS.toNanos(1);

  private final KeyProvider provider;
  private final LongSupplier nanoClock;
  private volatile Map<String, SealingKey> keys = Map.of();
  private long asked;

  HeldKeys(KeyProvider provider, LongSupplier nanoClock) {
    this.provider = provider;
    this.nanoClock = nanoClock;
    ask();
    // A first row with a new key finds it even if it comes right after the start.
    asked -= PAUSE;
  }

  /** Asks the provider and gives the fingerprints, the current key's first. */
  synchronized List<String> ask() {
    try {
      Map<String, SealingKey> found = new LinkedHashMap<>();
      for (MasterKey key : provider.keys()) {
        SealingKey sealing = heldOrNew(key);
        found.putIfAbsent(sealing.fingerprint(), sealing);
      }
      if (found.isEmpty()) throw new MisconfiguredException("the key provider gives no key");
      keys = Collections.unmodifiableMap(found);
      return List.copyOf(found.keySet());
    } finally {
      asked = nanoClock.getAsLong();
    }
  }

  /** What was derived for a key lasts as long as the key, and so does a costly fingerprint. */
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

  /** One row with an unknown key must not take down those whose keys are held. */
  private void askOrWarn() {
    try {
      ask();
    } catch (RuntimeException e) {
      // Its message could be anybody's, and hold a key.
      log.warn("the key provider failed, so keys stay as they are: {}", e.getClass().getName());
    }
  }

  /** Without asking anew. */
  SealingKey require(String fingerprint) {
    @Nullable SealingKey key = keys.get(fingerprint);
    if (key == null) throw new IllegalArgumentException("no key of this fingerprint is held");
    return key;
  }
}
