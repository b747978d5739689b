/** The command {@code vibee-session}. */
module io.vibee.session.cli {
  requires transitive io.vibee.session;
  requires static transitive org.jspecify;
  requires com.fasterxml.jackson.core;
  requires com.fasterxml.jackson.databind;
  requires info.picocli;
  requires io.vibee.session.jdbc;
  requires io.vibee.session.openpgp;
  requires java.sql;
  requires org.bouncycastle.pg;

  exports io.vibee.session.cli;

  opens io.vibee.session.cli to
      info.picocli;
}
