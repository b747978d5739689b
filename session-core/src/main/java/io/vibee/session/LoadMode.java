package io.vibee.session;

/** Where a loader takes its sessions from, in the order in which the environment is searched. */
public enum LoadMode {
  /** Every active session in the database: {@code MULTI_TENANT=true}. */
  MULTI_TENANT("multi-tenant"),
  /** One user's session in the database: {@code USER_ID}. */
  SINGLE_DB("single-db"),
  /** The accounts of the {@code TELEGRAM_*} variables, without a database. */
  SINGLE_ENV("single-env"),
  /** The only active session in the database: just {@code DATABASE_URL}. */
  AUTO("auto");

  private final String label;

  LoadMode(String label) {
    this.label = label;
  }

  /**
   * The mode's name as shown to people and scripts.
   *
   * @return for example {@code multi-tenant}
   */
  public String label() {
    return label;
  }
}
