package io.vibee.session.openpgp.fire;

/** The key that a rotation moves sessions to. */
enum Target {
  FIRST_KEY,
  SECOND_KEY,
  DATABASE,

  /** The key of the last key change: resumes a rotation. */
  CURRENT
}
