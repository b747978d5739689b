/** What agents call: sessions, their sources, the loader and the store's interface. */
module io.vibee.session {
  // For the package json alone: an agent that reads no JSON needs no Jackson. Not transitive, or
  // who
  // compiles against this module would need it, too.
  requires static com.fasterxml.jackson.core;
  requires static com.fasterxml.jackson.databind;
  requires static transitive org.jspecify;
  requires org.slf4j;

  exports io.vibee.session;
  exports io.vibee.session.json;
  exports io.vibee.session.process;

  uses io.vibee.session.SessionStoreProvider;
}
