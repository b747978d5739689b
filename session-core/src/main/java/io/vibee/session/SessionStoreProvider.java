package io.vibee.session;

import java.util.Map;

/**
 * Opens a store by its URL. Providers are found by {@link java.util.ServiceLoader}, so that {@link
 * SessionLoader#fromEnvironment()} works with whatever store is on the class path.
 */
public interface SessionStoreProvider {

  /**
   * Tells whether this provider's store understands a URL of this form, by its scheme only.
   *
   * @param databaseUrl the value of {@code DATABASE_URL}
   * @return true if {@link #open} should be asked
   */
  boolean supports(String databaseUrl);

  /**
   * Opens a store, which may connect only at its first use.
   *
   * @param databaseUrl the value of {@code DATABASE_URL}
   * @param environment all variables, from which a store may read further settings
   * @return the store, which the caller closes
   * @throws MisconfiguredException if the URL or a variable is malformed or cannot be honoured
   */
  SessionStore open(String databaseUrl, Map<String, String> environment);
}
