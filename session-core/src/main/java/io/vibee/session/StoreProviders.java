package io.vibee.session;

import java.util.List;
import java.util.ServiceLoader;

/** Finds the store that understands {@code DATABASE_URL} among those on the class path. */
final class StoreProviders {
  private StoreProviders() {}

  static SessionStore open(Environment env) {
    String url = env.require(SourceSelection.DATABASE_URL);
    List<SessionStoreProvider> providers = providers();
    for (SessionStoreProvider provider : providers) {
      if (provider.supports(url)) return provider.open(url, env.variables());
    }
    throw new MisconfiguredException(
        providers.isEmpty()
            ? "DATABASE_URL is set, but no store is on the class path: add io.vibee:session-jdbc"
            : "DATABASE_URL has an unknown form: write postgresql://user:password@host/database"
                + others(providers)
                + (url.contains("${") ? "; nothing in it is expanded, such as ${...}" : ""));
  }

  private static String others(List<SessionStoreProvider> providers) {
    return providers.stream().anyMatch(provider -> provider.supports("postgresql://host/database"))
        ? ""
        : ", and have io.vibee:session-jdbc on the class path";
  }

  /**
   * Prefers providers beside this library to those of the thread's class loader, which plug-ins may
   * need.
   */
  private static List<SessionStoreProvider> providers() {
    ClassLoader own = SessionLoader.class.getClassLoader();
    List<SessionStoreProvider> found = list(ServiceLoader.load(SessionStoreProvider.class, own));
    return found.isEmpty() ? list(ServiceLoader.load(SessionStoreProvider.class)) : found;
  }

  private static List<SessionStoreProvider> list(ServiceLoader<SessionStoreProvider> loader) {
    return loader.stream().map(ServiceLoader.Provider::get).toList();
  }
}
