package io.vibee.session.testkit.memory;

import io.vibee.session.MisconfiguredException;
import io.vibee.session.SessionStore;
import io.vibee.session.SessionStoreProvider;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Opens the store that {@link InMemorySessionStore#environment()} names. {@link
 * java.util.ServiceLoader} finds it; not meant to be called.
 */
public final class InMemorySessionStoreProvider implements SessionStoreProvider {
  /** For {@link java.util.ServiceLoader}. */
  public InMemorySessionStoreProvider() {}

  @Override
  public boolean supports(String databaseUrl) {
    return databaseUrl.startsWith(MemoryUrls.SCHEME);
  }

  @Override
  public SessionStore open(String databaseUrl, Map<String, String> environment) {
    @Nullable MemoryTables tables = MemoryUrls.find(databaseUrl);
    if (tables == null) {
      throw new MisconfiguredException(
          "DATABASE_URL names an in-memory store that is gone, or of another process: take it from"
              + " InMemorySessionStore.environment(), and keep that store reachable");
    }
    return InMemorySessionStore.over(tables);
  }
}
