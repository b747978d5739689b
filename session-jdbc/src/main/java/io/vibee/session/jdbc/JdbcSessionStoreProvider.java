package io.vibee.session.jdbc;

import io.vibee.session.MisconfiguredException;
import io.vibee.session.SessionStore;
import io.vibee.session.SessionStoreProvider;
import io.vibee.session.jdbc.seal.HashSealer;
import io.vibee.session.jdbc.url.DatabaseUrl;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Opens a {@link JdbcSessionStore} for {@code postgresql://}, {@code postgres://} and {@code
 * jdbc:postgresql:} URLs. Found by {@link java.util.ServiceLoader}; not meant to be called.
 * Thread-safe.
 */
public final class JdbcSessionStoreProvider implements SessionStoreProvider {
  private static final List<String> EXTERNAL_KEYS =
      List.of("ENCRYPTION_MASTER_KEY", "ENCRYPTION_MASTER_KEY_FILE");

  /** Creates the provider; for {@link java.util.ServiceLoader}. */
  public JdbcSessionStoreProvider() {}

  @Override
  public boolean supports(String databaseUrl) {
    return DatabaseUrl.looksLike(databaseUrl);
  }

  @Override
  public SessionStore open(String databaseUrl, Map<String, String> environment) {
    try {
      DatabaseUrl.parse(databaseUrl);
    } catch (MisconfiguredException e) {
      MisconfiguredException.checkAll(
          () -> {
            throw e;
          },
          () -> sealer(environment));
    }
    return JdbcSessionStore.open(databaseUrl, sealer(environment));
  }

  private static @Nullable HashSealer sealer(Map<String, String> environment) {
    List<String> set =
        EXTERNAL_KEYS.stream().filter(k -> !environment.getOrDefault(k, "").isEmpty()).toList();
    if (set.isEmpty()) return null;
    return providers()
        .flatMap(provider -> provider.fromEnvironment(environment).stream())
        .findFirst()
        // Ignoring the variable would let the operator believe that the key is outside the
        // database.
        .orElseThrow(
            () ->
                new MisconfiguredException(
                    set.get(0)
                        + " is set, but nothing on the class path can use it: add"
                        + " io.vibee:session-openpgp"));
  }

  /** Those beside this library; else those that the thread's loader sees, as layers may need. */
  private static Stream<HashSealer.Provider> providers() {
    ClassLoader own = HashSealer.class.getClassLoader();
    return Stream.concat(
            ServiceLoader.load(HashSealer.Provider.class, own).stream(),
            ServiceLoader.load(HashSealer.Provider.class).stream())
        .map(ServiceLoader.Provider::get);
  }
}
