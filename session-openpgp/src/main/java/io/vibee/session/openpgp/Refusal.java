package io.vibee.session.openpgp;

import io.vibee.session.jdbc.seal.SealException;

/**
 * Every reason for which a message is refused: the one list that code, tests and docs share. The
 * texts stand after "is" or "was" and hold nothing of a message; up to {@link #S2K_COUNT} nothing
 * was derived or decrypted, and after {@link #CHANGED} the message is known to be whole.
 */
enum Refusal {
  // By the outer form alone.
  TOO_LONG("longer than 2,048 bytes"),
  BROKEN_FORM("no whole OpenPGP message, or one with something behind it"),
  OLD_HEADER("written with packet headers of the old format"),
  INDEFINITE_LENGTH("written in parts, or with lengths that are longer than needed"),
  NOT_BY_PASSPHRASE("not encrypted with one passphrase, and with nothing else"),
  NO_MDC("not protected against changes (no MDC)"),
  VERSION("of a packet version that pgcrypto does not write"),
  CIPHER("encrypted with another cipher than AES"),
  S2K_MODE("made with an unknown way to derive the key from the passphrase"),
  S2K_DIGEST("made with another digest than SHA-1, SHA-256, SHA-384 or SHA-512"),
  S2K_COUNT("made to cost more than 1,048,576 bytes of hashing"),

  // After decryption.
  CHANGED("changed or damaged, or made with another key"),
  COMPRESSED("compressed"),
  NOT_ONE_TEXT("holding something else than one text"),
  NOT_UTF8("holding a text that is not UTF-8"),
  EMPTY("holding an empty text"),

  // For a row.
  NOT_SEALED("not of the form that is written here: AES-256, iterated SHA-256, no session key"),
  UNBOUND("bound to no row, as what pgcrypto writes"),
  OTHER_VERSION("made for key version %d"),
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

  /** For the reason that tells a key version. */
  SealException exception(long version) {
    return new SealException(text.replace("%d", Long.toString(version)));
  }
}
