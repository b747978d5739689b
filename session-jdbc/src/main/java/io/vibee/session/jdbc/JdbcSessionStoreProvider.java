package io.vibee.session.jdbc;

import io.vibee.session.MisconfiguredException;
import io.vibee.session.SessionStore;
import io.vibee.session.SessionStoreProvider;
import java.util.List;
import java.util.Map;

/**
 * Opens a {@link JdbcSessionStore} for {@code postgresql://}, {@code postgres://} and {@code
 * jdbc:postgresql:} URLs. Found by {@link java.util.ServiceLoader}; not for calling.
 */
public final class JdbcSessionStoreProvider implements SessionStoreProvider {
  private static final List<String> EXTERNAL_KEYS =
      List.of("ENCRYPTION_MASTER_KEY", "ENCRYPTION_MASTER_KEY_FILE");

  /** For {@link java.util.ServiceLoader}. */
  public JdbcSessionStoreProvider() {}

  @Override
  public boolean supports(String databaseUrl) {
    return DatabaseUrl.looksLike(databaseUrl);
  }

  @Override
  public SessionStore open(String databaseUrl, Map<String, String> environment) {
    for (String name : EXTERNAL_KEYS) {
      // Passing it over would leave the operator believing that the key is outside the database.
      if (!environment.getOrDefault(name, "").isEmpty()) {
        throw new MisconfiguredException(
            name
                + " is set, but this store encrypts with the key in the database (encryption_keys)"
                + " and cannot use a key of its own: unset it");
      }
    }
    return JdbcSessionStore.open(databaseUrl);
  }
}
