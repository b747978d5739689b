package io.vibee.session.agent;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;

/**
 * The calls of the handler that are under way: one for an account, and a few of a kind at once. One
 * that takes long no longer counts, so that it holds up no other account, and is told of. Guarded
 * by the lock of {@link Accounts}.
 */
final class HandlerCalls {
  private static final Duration LONG_START = Duration.ofSeconds(30);

  /** Short, since hundreds are to be closed in a few seconds when the process ends. */
  private static final Duration LONG_CLOSE = Duration.ofMillis(500);

  private static final Duration TOLD_CLOSE = Duration.ofSeconds(5);

  private final Timers timers;
  private final FailureLog failures;
  private final Set<Account> underWay = new LinkedHashSet<>();

  HandlerCalls(Timers timers, FailureLog failures) {
    this.timers = timers;
    this.failures = failures;
  }

  void begin(Account account, Account.Call call, long now) {
    account.call = call;
    account.callSince = now;
    account.slow = false;
    account.told = false;
    underWay.add(account);
    timers.add(now + patience(call).toNanos(), account);
  }

  void end(Account account) {
    account.call = null;
    account.slow = false;
    underWay.remove(account);
  }

  /** Counts the calls of a kind, without those that take long. */
  int count(Account.Call call) {
    int count = 0;
    for (Account account : underWay) {
      if (account.call == call && !account.slow) count++;
    }
    return count;
  }

  private static Duration patience(Account.Call call) {
    return call == Account.Call.CLOSE ? LONG_CLOSE : LONG_START;
  }

  /** Stops counting a call that takes long, and tells of one that takes longer. */
  void watch(Account account, long now) {
    Account.Call call = Objects.requireNonNull(account.call);
    long took = now - account.callSince;
    if (took < patience(call).toNanos() || account.told) return;
    Duration told = call == Account.Call.CLOSE ? TOLD_CLOSE : LONG_START;
    if (took >= told.toNanos()) {
      account.told = true;
      failures.tell(
          account.sessionId(),
          "has been in its "
              + call.text
              + " for "
              + Duration.ofNanos(took).toSeconds()
              + " s; whatever follows waits for that to return");
    } else if (!account.slow) {
      timers.add(account.callSince + told.toNanos(), account);
    }
    account.slow = true;
  }
}
