package io.vibee.session.testkit.memory;

import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Names in-memory data by a URL, within this process. The only place with static state, since a URL
 * has to lead back to the data, as a database's does. Keeps nothing alive.
 */
final class MemoryUrls {
  static final String SCHEME = "memory:";

  private static final Map<String, WeakReference<MemoryTables>> known = new HashMap<>();

  private MemoryUrls() {}

  static synchronized String of(MemoryTables tables) {
    known.values().removeIf(reference -> reference.get() == null);
    for (Map.Entry<String, WeakReference<MemoryTables>> entry : known.entrySet()) {
      if (entry.getValue().get() == tables) return entry.getKey();
    }
    String url = SCHEME + UUID.randomUUID();
    known.put(url, new WeakReference<>(tables));
    return url;
  }

  static synchronized @Nullable MemoryTables find(String url) {
    @Nullable WeakReference<MemoryTables> reference = known.get(url);
    return reference == null ? null : reference.get();
  }
}
