package io.vibee.session.benchmarks.jmh;

import io.vibee.session.Secret;
import io.vibee.session.openpgp.KeyProvider;
import io.vibee.session.openpgp.MasterKey;
import io.vibee.session.openpgp.OpenPgpSealer;

/** What the processes that JMH starts are told of the PostgreSQL that they share. */
public final class Server {
  /** The system property with its port. */
  public static final String PORT = "vibee.benchmarks.port";

  private Server() {}

  /** The same database for the library and for drivers. */
  static String url(String database) {
    return "postgresql://postgres@localhost:" + Integer.getInteger(PORT) + "/" + database;
  }

  static String jdbcUrl(String database) {
    return "jdbc:postgresql://localhost:"
        + Integer.getInteger(PORT)
        + "/"
        + database
        + "?user=postgres";
  }

  /**
   * The key outside the database; made up, as everything here.
   *
   * @return what seals and opens with it
   */
  public static OpenPgpSealer externalKey() {
    return OpenPgpSealer.of(KeyProvider.of(MasterKey.of(Secret.of("0a1b2c3d".repeat(8)))));
  }
}
