package io.vibee.session.openpgp;

import io.vibee.session.jdbc.seal.SealException;

/**
 * Every reason for which a message is refused: one list, shared by code, tests and docs. The texts
 * follow "is" or "was" and hold nothing from a message. Up to {@link #S2K_COUNT}, nothing was
 * derived or decrypted; after {@link #CHANGED}, the message is known to be intact.
 */
enum Refusal {
  // By the outer form alone.
  TOO_LONG("longer than 2,048 bytes"),
  BROKEN_FORM("not a whole OpenPGP message, or followed by something else"),
  OLD_HEADER("written with packet headers of the old format"),
  INDEFINITE_LENGTH("written in parts, or with lengths that are longer than needed"),
  NOT_BY_PASSPHRASE("not encrypted with one passphrase, and with nothing else"),
  NO_MDC("not protected against changes (no MDC)"),
  VERSION("of a packet version that pgcrypto does not write"),
  CIPHER("encrypted with a cipher other than AES"),
  S2K_MODE("made with an unknown way to derive the key from the passphrase"),
  S2K_DIGEST("made with a digest other than SHA-1, SHA-256, SHA-384 or SHA-512"),
  S2K_COUNT("made to cost more than 1,048,576 bytes of hashing"),

  // After decryption.
  CHANGED("changed or damaged, or made with another key"),
  COMPRESSED("compressed"),
  NOT_ONE_TEXT("holding something other than one text"),
  NOT_UTF8("holding a text that is not UTF-8"),
  EMPTY("holding an empty text"),

  // For a row.
  NOT_SEALED("not of the form that is written here: AES-256, iterated SHA-256, no session key"),
  UNBOUND("bound to no row, like what pgcrypto writes"),
  OTHER_VERSION("made for key version %s"),
  OTHER_ROW("made for another row");

  private final String text;

  Refusal(String text) {
    this.text = text;
  }

  String text() {
    return text;
  }

  SealException exception() {
    return new SealException(text);
  }

  /** For the reason that names a key version. */
  SealException exception(long version) {
    return new SealException(text.replace("%s", Long.toString(version)));
  }
}
