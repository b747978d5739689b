package com.example.greeter;

import io.vibee.session.Session;
import io.vibee.session.SessionLoader;
import io.vibee.session.StoreUnavailableException;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/** An agent that embeds vibee-session. */
public final class Greeter implements AutoCloseable {
  private static final Logger log = Logger.getLogger(Greeter.class.getName());

  private final SessionLoader loader;
  private final Bridge bridge;
  private final List<String> held = new ArrayList<>();

  public Greeter(SessionLoader loader, Bridge bridge) {
    this.loader = loader;
    this.bridge = bridge;
  }

  /** Connects every account that it is given. */
  public void start() {
    for (Session session : loader.load()) {
      bridge.connect(session.sessionId(), session.apiId(), session.apiHash().exposeSecret());
      held.add(session.sessionId());
      log.log(Level.INFO, "connected {0}", session);
    }
  }

  /** Sends a heartbeat; carries on if the database does not answer. */
  public boolean heartbeat() {
    try {
      loader.store().ifPresent(store -> store.touch(held));
      return true;
    } catch (StoreUnavailableException e) {
      log.log(Level.WARNING, "no heartbeat: {0}", e.getMessage());
      return false;
    }
  }

  public List<String> held() {
    return List.copyOf(held);
  }

  @Override
  public void close() {
    loader.close();
  }
}
