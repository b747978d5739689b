package io.vibee.session.agent;

import io.vibee.session.Session;
import io.vibee.session.SessionLoader;
import java.util.ArrayList;
import java.util.List;

/** The example of README.md, compiled so that it stays correct. */
abstract class ReadmeExample {

  /** Connects an account; gets the hash by {@code session.apiHash().exposeSecret()}. */
  abstract void connect(Session session);

  abstract void sleepUnlessStopped();

  abstract boolean stopped();

  void run() {
    // readme:start
    try (SessionLoader loader = SessionLoader.fromEnvironment()) {
      List<String> held = new ArrayList<>();
      for (Session session : loader.load()) {
        connect(session); // the api_hash: session.apiHash().exposeSecret()
        held.add(session.sessionId());
      }
      while (!stopped()) {
        loader.store().ifPresent(store -> store.touch(held)); // sets last_seen_at
        sleepUnlessStopped();
      }
    }
    // readme:end
  }
}
