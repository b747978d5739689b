package io.vibee.session.openpgp.fire;

/** Where a rotation goes. */
enum Target {
  FIRST_KEY,
  SECOND_KEY,
  DATABASE,

  /** Wherever the last key change went: a rotation is resumed. */
  CURRENT
}
