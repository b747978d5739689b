package io.vibee.session.agent;

import io.vibee.session.SessionReport;
import java.util.Collection;

/** Receives what the bridge says. Methods return at once. */
interface BridgeNews {

  /** Reports whether sessions are authorized, or that the bridge began to fail for them. */
  void ofSessions(Collection<SessionReport> reports);

  /** Reports that the bridge as a whole began to fail. */
  void bridgeFails(String reason);
}
