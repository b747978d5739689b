package io.vibee.session.testkit.memory;

import io.vibee.session.KeyInUseException;
import io.vibee.session.KeyVersion;
import io.vibee.session.MisconfiguredException;
import io.vibee.session.NewKey;
import io.vibee.session.Secret;
import io.vibee.session.StoreUnavailableException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.IntToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The keys and their versions; guarded by the lock of {@link MemoryTables}. */
final class MemoryKeys {
  private static final String PUBLISHED = "CHANGE_ME_IN_PRODUCTION_USE_32_BYTE_KEY";

  private final List<Key> archived = new ArrayList<>();
  private Key current;
  private int lastVersion = 1;

  /**
   * One key.
   *
   * @param text the key; null for one that the store made itself
   * @param retired whether no session has needed it since a rotation
   */
  private record Key(
      int version,
      @Nullable Secret text,
      Instant createdAt,
      @Nullable Instant archivedAt,
      boolean retired) {}

  MemoryKeys(Instant now) {
    current = new Key(1, null, now, null, false);
  }

  int currentVersion() {
    return current.version;
  }

  /** Changes the current key; returns whether it is a different one. */
  boolean change(NewKey wanted, Instant now) {
    if (wanted.isExternal()) {
      throw new MisconfiguredException(
          "this store holds no key of its own: set ENCRYPTION_MASTER_KEY_FILE or"
              + " ENCRYPTION_MASTER_KEY, or open the store with one");
    }
    @Nullable Secret text = wanted.text().orElse(null);
    if (text != null) requireUsable(text);
    if (text != null && text.equals(current.text)) return false;
    archived.add(new Key(current.version, current.text, current.createdAt, now, false));
    current = new Key(++lastVersion, text, now, null, false);
    return true;
  }

  private static void requireUsable(Secret text) {
    if (text.exposeSecret().isBlank()) {
      throw new StoreUnavailableException("master_key must not be empty", "23502", null);
    }
    if (text.exposeSecret().equals(PUBLISHED)) {
      throw new StoreUnavailableException("this key is published: make a new one", "22023", null);
    }
  }

  List<KeyVersion> list(IntToLongFunction sessions) {
    Stream<Key> newestFirst =
        archived.stream().sorted(Comparator.comparingInt(Key::version).reversed());
    return Stream.concat(Stream.of(current), newestFirst)
        .map(
            key ->
                new KeyVersion(
                    key.version,
                    null,
                    key.createdAt,
                    key.archivedAt,
                    sessions.applyAsLong(key.version)))
        .toList();
  }

  /** Returns each version that no session needs any longer, once. */
  List<Integer> retire(IntToLongFunction sessions) {
    List<Integer> retired = new ArrayList<>();
    archived.replaceAll(
        key -> {
          if (key.retired || sessions.applyAsLong(key.version) > 0) return key;
          retired.add(key.version);
          return new Key(key.version, key.text, key.createdAt, key.archivedAt, true);
        });
    return retired;
  }

  boolean prune(int version, long sessions) {
    if (version == current.version) throw KeyInUseException.current(version);
    Optional<Key> key = archived.stream().filter(k -> k.version == version).findFirst();
    if (key.isEmpty()) return false;
    if (sessions > 0) throw KeyInUseException.needed(version, sessions);
    return archived.remove(key.get());
  }
}
