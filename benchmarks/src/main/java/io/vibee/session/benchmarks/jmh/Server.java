package io.vibee.session.benchmarks.jmh;

import io.vibee.session.Secret;
import io.vibee.session.openpgp.KeyProvider;
import io.vibee.session.openpgp.MasterKey;
import io.vibee.session.openpgp.OpenPgpSealer;

/** Tells the processes that JMH starts about the PostgreSQL that they share. */
public final class Server {
  /** The system property with its port. */
  public static final String PORT = "vibee.benchmarks.port";

  /** A key outside the database, made up as everything here. */
  public static final String MADE_UP_KEY = "0a1b2c3d".repeat(8);

  private Server() {}

  /** Returns a database's URL for the library; {@link #jdbcUrl} is the one for drivers. */
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
   * Makes a sealer with {@link #MADE_UP_KEY}.
   *
   * @return the sealer
   */
  public static OpenPgpSealer externalKey() {
    return OpenPgpSealer.of(KeyProvider.of(MasterKey.of(Secret.of(MADE_UP_KEY))));
  }
}
