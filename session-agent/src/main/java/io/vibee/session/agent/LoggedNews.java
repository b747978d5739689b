package io.vibee.session.agent;

import io.vibee.session.SessionReport;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs the news about sessions from the environment, which have no database. Not thread-safe. */
final class LoggedNews implements BridgeNews {
  private static final Logger log = LoggerFactory.getLogger(LoggedNews.class);

  private final Map<String, Boolean> known = new HashMap<>();

  @Override
  public void ofSessions(Collection<SessionReport> reports) {
    for (SessionReport report : reports) {
      report.authorized().ifPresent(now -> log(report.sessionId(), now));
    }
  }

  private void log(String sessionId, boolean authorized) {
    if (Boolean.valueOf(authorized).equals(known.put(sessionId, authorized))) return;
    log.warn("session {} is {}authorized", sessionId, authorized ? "" : "not ");
  }

  /** Does nothing, since a warning was already logged where the failure was noticed. */
  @Override
  public void bridgeFails(String reason) {}
}
