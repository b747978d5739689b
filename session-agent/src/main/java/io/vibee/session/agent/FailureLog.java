package io.vibee.session.agent;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns of sessions in trouble, of a few in a minute: when Telegram is down, all of them are.
 * Guarded by the lock of {@link Accounts}.
 */
final class FailureLog {
  private static final Logger log = LoggerFactory.getLogger(SessionAgent.class);
  private static final int LISTED = 20;
  private static final Duration SPAN = Duration.ofMinutes(1);

  private final Ticker ticker;
  private long start;
  private int told;

  FailureLog(Ticker ticker) {
    this.ticker = ticker;
    this.start = ticker.now();
  }

  void tell(String sessionId, String what) {
    if (ticker.now() - start > SPAN.toNanos()) {
      start = ticker.now();
      told = 0;
    }
    told++;
    if (told <= LISTED) log.warn("session {} {}", sessionId, what);
    else if (told == LISTED + 1) log.warn("more sessions fail; in this minute no more is said");
    else log.debug("session {} {}", sessionId, what);
  }
}
