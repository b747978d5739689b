package io.vibee.session.agent;

import io.vibee.session.SessionReport;
import java.util.Collection;

/** Hears what the bridge says. Returns at once. */
interface BridgeNews {

  /** Of sessions: whether they are authorized, or that the bridge began to fail for them. */
  void ofSessions(Collection<SessionReport> reports);

  /** The bridge as a whole began to fail. */
  void bridgeFails(String reason);
}
