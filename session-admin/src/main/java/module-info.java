/** The REST API and page to manage sessions, inside the agent's own process. */
module io.vibee.session.admin {
  requires transitive io.vibee.session;
  requires transitive jdk.httpserver;
  requires static transitive org.jspecify;
  requires com.fasterxml.jackson.core;
  requires com.fasterxml.jackson.databind;
  requires org.slf4j;

  exports io.vibee.session.admin;
}
