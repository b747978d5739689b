package io.vibee.session.agent;

import io.vibee.session.Session;
import org.jspecify.annotations.Nullable;

/**
 * One user's account: what should run, what runs, and the one call of the handler that is under way
 * for it. Guarded by the lock of {@link Accounts}.
 */
final class Account {
  /** What the handler is doing for an account. */
  enum Call {
    START("start"),
    UPDATE("update"),
    CLOSE("close");

    final String text;

    Call(String text) {
      this.text = text;
    }
  }

  final String userId;
  final BackOff backOff;

  /** The session that should run; null if none should. */
  @Nullable String wantedSession;

  /** The session to start, or the newer values of the one that runs; null if there are none. */
  @Nullable Session next;

  /** Counts what was said of the account, to tell whether there was more during a call. */
  int news;

  /** What runs, or is being closed; null if nothing is connected. */
  @Nullable Held held;

  @Nullable AutoCloseable connection;

  /** Whether close was called for the connection, which may be half closed since. */
  boolean closeBegun;

  @Nullable Call call;

  /** Identifies the call until it begins on a thread of the executor. */
  @Nullable Object ticket;

  long callSince;

  /** Whether the call takes long, and holds up no other account any more. */
  boolean slow;

  /** Whether the log has that the call takes long. */
  boolean told;

  /** Whether the connection did not take over {@link #next}. */
  boolean refusesUpdate;

  /** The thread that starts it; null at other times. */
  @Nullable Thread thread;

  /** What the log has of its last failure. */
  String lastFailure = "";

  /** How often in a row the handler has failed. */
  int failures;

  /** The earliest time of the next try. */
  long notBefore;

  /** What Telegram has refused for good, and is not tried again; null if there is none. */
  @Nullable Held refused;

  /** What the handler of the connection was given; null if there is none. */
  @Nullable SessionContext context;

  /** Whether the values are to be read again before the next try. */
  boolean stale;

  /** Whether they are being read. */
  boolean reading;

  Account(String userId, BackOff backOff) {
    this.userId = userId;
    this.backOff = backOff;
  }

  boolean isWanted() {
    return wantedSession != null;
  }

  /** The session that is, or may be, connected, or that should be. */
  String sessionId() {
    if (held != null) return held.sessionId();
    return next != null ? next.sessionId() : "";
  }
}
