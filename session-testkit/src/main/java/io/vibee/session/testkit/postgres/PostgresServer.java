package io.vibee.session.testkit.postgres;

/** A server that tests make databases on. */
interface PostgresServer {
  /** For a log line; no URL. */
  String description();

  /** The URL of a database; may hold a password. */
  String url(String database);

  /** The URL of the database from which others are made. */
  String maintenanceUrl();

  /** Whether other runs use it too, so that one must look after what another left. */
  boolean shared();

  /** Ends a server that was started for this run, and all that is on it. */
  void stop();
}
