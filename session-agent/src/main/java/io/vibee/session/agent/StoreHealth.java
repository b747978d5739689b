package io.vibee.session.agent;

import io.vibee.session.SessionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells once that the store fails, and once that it works again, whoever of the agent's threads
 * notices. Thread-safe.
 */
final class StoreHealth {
  private static final Logger log = LoggerFactory.getLogger(StoreHealth.class);

  private boolean failing;

  synchronized void fails(SessionException error) {
    if (!failing) {
      log.warn(
          "the store fails; sessions keep running, and it is tried again: {}", error.getMessage());
    }
    failing = true;
  }

  synchronized void works() {
    if (failing) log.warn("the store works again");
    failing = false;
  }
}
