package io.vibee.session.admin;

import io.vibee.session.SessionLoader;
import io.vibee.session.SessionStore;

/** The example of docs/rest-api.md, compiled so that it stays right. */
abstract class RestApiExample {

  /** Starts, changes or stops a session, on another thread. */
  abstract void follow(SessionChange change);

  abstract void runUntilStopped();

  void run(SessionLoader loader) {
    // docs:start
    SessionStore store = loader.store().orElseThrow(); // a loader over a database
    try (AdminServer server =
        AdminServer.over(store)
            .environment(System.getenv()) // PORT, VIBEE_API_KEY and the others
            .onChange(this::follow)
            .start()) {
      System.err.println("admin API on " + server.address());
      runUntilStopped();
    }
    // docs:end
  }
}
