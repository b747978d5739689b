package io.vibee.session.agent.storm;

/**
 * A session that was connected while Telegram believed in another connection of it.
 *
 * @param at when, in milliseconds since Telegram was started
 * @param before how long ago the connection that is still believed in was opened, in milliseconds
 * @param silent how long ago that one sent its last ping, in milliseconds
 */
record Overlap(
    long at, String session, String connected, String believed, long before, long silent) {
  @Override
  public String toString() {
    return "%s ms: %s is connected by %s, while %s, connected %s ms ago, sent a ping %s ms ago"
        .formatted(at, session, connected, believed, before, silent);
  }
}
