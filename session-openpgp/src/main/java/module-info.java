/** Keys outside the database, and hashes that are sealed to their row. */
module io.vibee.session.openpgp {
  requires transitive io.vibee.session.jdbc;
  requires static transitive org.jspecify;
  requires org.slf4j;

  exports io.vibee.session.openpgp;

  provides io.vibee.session.jdbc.seal.HashSealer.Provider with
      io.vibee.session.openpgp.OpenPgpSealerProvider;
}
