/** The PostgreSQL store, {@code DATABASE_URL} and the migrations. */
// pgjdbc has a stable name but no descriptor, and the SQL of the migration is no class.
@SuppressWarnings({"requires-automatic", "opens"})
module io.vibee.session.jdbc {
  requires transitive io.vibee.session;
  requires transitive java.sql;
  requires static transitive org.jspecify;
  requires com.fasterxml.jackson.core;
  requires com.fasterxml.jackson.databind;
  requires com.zaxxer.hikari;
  requires java.logging;
  requires org.postgresql.jdbc;
  requires org.slf4j;

  exports io.vibee.session.jdbc;
  exports io.vibee.session.jdbc.seal;
  exports io.vibee.session.jdbc.url;

  // For whoever runs the files by a tool of theirs.
  opens io.vibee.session.migrations;

  uses io.vibee.session.jdbc.seal.HashSealer.Provider;

  provides io.vibee.session.SessionStoreProvider with
      io.vibee.session.jdbc.JdbcSessionStoreProvider;
}
