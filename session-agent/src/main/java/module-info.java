/**
 * The loop of an agent: starts its sessions, keeps them running and seen, and ends them in time.
 */
module io.vibee.session.agent {
  requires transitive io.vibee.session;
  requires static transitive org.jspecify;
  requires com.fasterxml.jackson.core;
  requires java.net.http;
  requires org.slf4j;

  exports io.vibee.session.agent;
  exports io.vibee.session.agent.bridge;
}
