package io.vibee.session.agent;

import io.vibee.session.SessionReport;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** For sessions of the environment, which have no database to note it in. For one thread. */
final class LoggedNews implements BridgeNews {
  private static final Logger log = LoggerFactory.getLogger(LoggedNews.class);

  private final Map<String, Boolean> known = new HashMap<>();

  @Override
  public void ofSessions(Collection<SessionReport> reports) {
    for (SessionReport report : reports) {
      Boolean now = report.authorized();
      if (now == null || now.equals(known.put(report.sessionId(), now))) continue;
      log.warn("session {} is {}authorized", report.sessionId(), now ? "" : "not ");
    }
  }

  /** Nothing more: the warning was given where it was found out. */
  @Override
  public void bridgeFails(String reason) {}
}
