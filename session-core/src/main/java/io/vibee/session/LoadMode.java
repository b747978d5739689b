package io.vibee.session;

/**
 * Where the environment lets a loader take its sessions from, in the order in which it is searched.
 */
enum LoadMode {
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

  /** The mode's one name: in {@code SESSION_SOURCE}, in logs, and for scripts. */
  String label() {
    return label;
  }
}
