package com.example.modules;

import io.vibee.session.jdbc.testing.Canary;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.util.HashMap;
import java.util.Map;

/** The variables that the agent of these tests is started with. */
final class Accounts {
  private Accounts() {}

  /** One account, and no database. */
  static Map<String, String> alone() {
    Map<String, String> environment = new HashMap<>();
    environment.put("TELEGRAM_SESSION_ID", "sess_1");
    environment.put("TELEGRAM_API_ID", "94892");
    environment.put("TELEGRAM_API_HASH", Canary.API_HASH);
    environment.put("USER_ID", "1");
    environment.put("SESSION_SOURCE", "env");
    return environment;
  }

  /** The same, with a database for it and a key that the database does not get. */
  static Map<String, String> with(TestDatabase database) {
    Map<String, String> environment = alone();
    environment.put("SESSION_SOURCE", "multi-tenant");
    environment.put("DATABASE_URL", database.url());
    environment.put("ENCRYPTION_MASTER_KEY", Canary.MASTER_KEY);
    return environment;
  }
}
