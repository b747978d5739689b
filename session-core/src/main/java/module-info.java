/** What agents call: sessions, their sources, the loader and the store's interface. */
module io.vibee.session {
  requires static transitive org.jspecify;
  requires org.slf4j;

  exports io.vibee.session;

  uses io.vibee.session.SessionStoreProvider;
}
