package io.vibee.session;

import java.util.Map;

/** Opens {@code fake:…} URLs, which name the users of the active sessions. */
public final class FakeStoreProvider implements SessionStoreProvider {
  @Override
  public boolean supports(String databaseUrl) {
    return databaseUrl.startsWith("fake:");
  }

  @Override
  public SessionStore open(String databaseUrl, Map<String, String> environment) {
    String users = databaseUrl.substring("fake:".length());
    return new FakeStore(users.isEmpty() ? new String[0] : users.split(",", -1));
  }
}
