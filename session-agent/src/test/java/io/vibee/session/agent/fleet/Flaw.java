package io.vibee.session.agent.fleet;

/** A way to get the protocol wrong, for the simulation to find. */
enum Flaw {
  NONE(""),
  /** Peers are ended when the database's clock says so. */
  EXPIRY_BY_DATABASE_CLOCK("overlap"),
  /** D counts from when the reply arrived. */
  DEADLINE_FROM_REPLY("overlap"),
  /** D moves though nobody knows whether the beat was seen. */
  UNKNOWN_MOVES_DEADLINE("overlap"),
  /** Beats are counted up in the database, which after a crash counts from what was on its disk. */
  COUNTER_BEATS("overlap"),
  /** A claim sees that its agent lives, and does not hold that fast. */
  CLAIM_WITHOUT_LOCK("has ended, and was given"),
  /** A session is released when its handler is told to close it. */
  EARLY_RELEASE("overlap"),
  /** A start connects without asking again. */
  START_WITHOUT_LOOK("overlap"),
  /** A client whose connection broke connects again without asking. */
  RECONNECT_WITHOUT_LOOK("overlap"),
  /** Nobody compares the wall clock, so a suspended machine does not know. */
  SUSPENSION_UNNOTICED("overlap"),
  /** Tokens are counted up by one. */
  PLAIN_TOKENS("comes after"),
  /** Nobody waits after a promotion. */
  NO_WAIT_AFTER_PROMOTION("overlap"),
  /** Agents that come after a promotion do not wait. */
  NEWCOMERS_DO_NOT_WAIT("overlap"),
  /** Claims are carried out on a timeline that the agent has not seen. */
  CLAIM_ON_ANY_TIMELINE("overlap"),
  /** Ids of agents come from a sequence that a promotion sets back. */
  REUSED_AGENT_IDS("overlap"),
  /** Nobody ends a silent peer. */
  PEERS_LIVE_FOR_EVER(Flaw.NOT_RUNNING),
  /** Agents start what they hold though the fleet is stopped. */
  BRAKE_UNNOTICED(Flaw.STOPPED),
  /** What is quarantined is claimed like anything else. */
  QUARANTINE_UNHEEDED(Flaw.QUARANTINED),
  /** A session that Telegram has refused is released, and the database is not told why. */
  QUARANTINE_UNTOLD(Flaw.REFUSED),
  /** Nobody counts how often the holders of a session have died. */
  DEATHS_UNCOUNTED(Flaw.KILLS);

  static final String NOT_RUNNING = "does not run";
  static final String STOPPED = "the fleet is stopped";
  static final String QUARANTINED = "is quarantined";
  static final String REFUSED = "was refused";
  static final String KILLS = "has killed";

  /** What the checker says of it; empty if there is nothing to be found. */
  final String found;

  Flaw(String found) {
    this.found = found;
  }

  /** Whether something is to be checked: other flaws have it as a consequence. */
  boolean isFoundBy(String what) {
    return found.isEmpty() || found.equals(what);
  }
}
