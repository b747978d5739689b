package io.vibee.session.benchmarks.alternatives;

/** All alternatives: each library as its users call it, then what makes it faster. */
public enum Alternatives {
  /** {@code JdbcOAuth2AuthorizedClientService}, principal by principal. */
  SPRING_SECURITY,
  /** The same on four threads. */
  SPRING_SECURITY_IN_PARALLEL,
  /** Bypasses the service, which cannot do it: its table and row mapper, in one query. */
  SPRING_SECURITY_IN_ONE_QUERY,
  /** {@code JdbcIndexedSessionRepository}, session by session. */
  SPRING_SESSION,
  /** The same on four threads. */
  SPRING_SESSION_IN_PARALLEL,
  /** The same repository, with all sessions found under one principal's name. */
  SPRING_SESSION_IN_ONE_QUERY,
  /** JDBC by hand, secrets decrypted by Tink in the same thread. */
  TINK,
  /** The same from four threads, each with its range of the table. */
  TINK_IN_PARALLEL;

  /**
   * Connects to a database.
   *
   * @param jdbcUrl the JDBC URL of a database that only this alternative uses
   * @return the alternative, which the caller closes
   */
  public Alternative open(String jdbcUrl) {
    return switch (this) {
      case SPRING_SECURITY -> new SpringSecurityAlternative(jdbcUrl);
      case SPRING_SECURITY_IN_PARALLEL -> SpringSecurityAlternative.inParallel(jdbcUrl);
      case SPRING_SECURITY_IN_ONE_QUERY -> SpringSecurityAlternative.inOneQuery(jdbcUrl);
      case SPRING_SESSION -> new SpringSessionAlternative(jdbcUrl);
      case SPRING_SESSION_IN_PARALLEL -> SpringSessionAlternative.inParallel(jdbcUrl);
      case SPRING_SESSION_IN_ONE_QUERY -> SpringSessionAlternative.inOneQuery(jdbcUrl);
      case TINK -> new TinkAlternative(jdbcUrl);
      case TINK_IN_PARALLEL -> TinkAlternative.inParallel(jdbcUrl);
    };
  }
}
