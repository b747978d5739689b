package io.vibee.session.agent;

import io.vibee.session.SessionException;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells once that the store fails, and once that it works again for all who found that it fails.
 * Thread-safe.
 */
final class StoreHealth {
  private static final Logger log = LoggerFactory.getLogger(SessionAgent.class);

  /** Who could not use the store when they last tried. */
  private final Set<Object> failing = new HashSet<>();

  synchronized void fails(Object who, SessionException error) {
    if (failing.isEmpty()) {
      log.warn(
          "the store fails; sessions keep running, and it is tried again: {}", error.getMessage());
    }
    failing.add(who);
  }

  /** Takes note that somebody used the store; having nothing to do there is no sign of that. */
  synchronized void works(Object who) {
    if (failing.remove(who) && failing.isEmpty()) log.warn("the store works again");
  }

  synchronized boolean isFailingFor(Object who) {
    return failing.contains(who);
  }
}
