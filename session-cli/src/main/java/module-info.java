/** The command {@code vibee-session}, and what agents share with it. */
module io.vibee.session.cli {
  requires transitive io.vibee.session;
  requires static transitive org.jspecify;
  requires com.fasterxml.jackson.core;
  requires com.fasterxml.jackson.databind;
  // For the command alone: agents use the classes that need none.
  requires static info.picocli;
  requires io.vibee.session.jdbc;
  requires io.vibee.session.openpgp;
  requires java.sql;
  requires org.bouncycastle.pg;
  requires org.slf4j;

  exports io.vibee.session.cli;

  opens io.vibee.session.cli to
      info.picocli;
}
