package io.vibee.session;

import java.util.ServiceLoader;

/** Finds the store that understands {@code DATABASE_URL} among those on the class path. */
final class StoreProviders {
  private StoreProviders() {}

  static SessionStore open(Environment env) {
    String url = env.require(SourceSelection.DATABASE_URL);
    boolean any = false;
    for (SessionStoreProvider provider : ServiceLoader.load(SessionStoreProvider.class)) {
      if (provider.supports(url)) return provider.open(url, env.variables());
      any = true;
    }
    throw new MisconfiguredException(
        any
            ? "DATABASE_URL has an unknown form: write postgresql://user:password@host/database"
            : "DATABASE_URL is set, but no store is on the class path: add io.vibee:session-jdbc");
  }
}
