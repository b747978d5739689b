package io.vibee.session.testkit.postgres;

/** A server on which tests create databases. */
interface PostgresServer {
  /** Describes the server for a log line, without a URL. */
  String description();

  /** The URL of a database; may hold a password. */
  String url(String database);

  /** The URL of the database from which others are made. */
  String maintenanceUrl();

  /** Whether other runs use it too, so that one has to clean up what another left. */
  boolean shared();

  /** Ends a server that was started for this run, with everything on it. */
  void stop();
}
