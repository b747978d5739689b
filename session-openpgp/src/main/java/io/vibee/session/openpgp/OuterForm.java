package io.vibee.session.openpgp;

import io.vibee.session.jdbc.seal.SealException;
import java.nio.ByteBuffer;

/**
 * What a message says about itself, unencrypted and therefore at the discretion of whoever wrote
 * it: checked in full before any key is derived or any byte decrypted.
 *
 * @param stretch how the key is derived, of the session key if there is one, otherwise of the text
 * @param sessionKeyStart where an encrypted session key begins
 * @param sessionKeyEnd where it ends; equal to the start if there is none
 * @param dataStart where the encrypted text begins; it ends with the message
 */
record OuterForm(Stretch stretch, int sessionKeyStart, int sessionKeyEnd, int dataStart) {
  static final int PASSPHRASE_VERSION = 4;
  static final int ENCRYPTED_VERSION = 1;
  private static final int LONGEST = 2048;

  static OuterForm of(byte[] message) throws SealException {
    if (message.length > LONGEST) throw Refusal.TOO_LONG.exception();
    PacketFrame session = PacketFrame.read(message, 0, message.length);
    requireTag(session, PacketFrame.PASSPHRASE_SESSION);
    PacketFrame data = PacketFrame.read(message, session.end(), message.length);
    requireTag(data, PacketFrame.ENCRYPTED);
    if (data.end() != message.length) throw Refusal.BROKEN_FORM.exception();
    requireVersion(message, data, ENCRYPTED_VERSION);
    requireVersion(message, session, PASSPHRASE_VERSION);
    return of(message, session, data.start() + 1);
  }

  private static OuterForm of(byte[] message, PacketFrame session, int dataStart)
      throws SealException {
    ByteBuffer body = ByteBuffer.wrap(message, session.start() + 1, session.length() - 1);
    Stretch stretch = Stretch.read(body);
    if (body.hasRemaining() && !isSessionKey(body.remaining())) {
      throw Refusal.BROKEN_FORM.exception();
    }
    return new OuterForm(stretch, body.position(), session.end(), dataStart);
  }

  /** Whether this is the length of one byte that names a cipher, and the cipher's key. */
  private static boolean isSessionKey(int length) {
    for (AesCipher cipher : AesCipher.values()) {
      if (length == 1 + cipher.keyBytes()) return true;
    }
    return false;
  }

  private static void requireTag(PacketFrame packet, int tag) throws SealException {
    if (packet.tag() == PacketFrame.ENCRYPTED_WITHOUT_MDC) throw Refusal.NO_MDC.exception();
    if (packet.tag() != tag) throw Refusal.NOT_BY_PASSPHRASE.exception();
  }

  private static void requireVersion(byte[] message, PacketFrame packet, int version)
      throws SealException {
    if (packet.length() == 0) throw Refusal.BROKEN_FORM.exception();
    if (message[packet.start()] != version) throw Refusal.VERSION.exception();
  }

  boolean hasSessionKey() {
    return sessionKeyEnd > sessionKeyStart;
  }

  /** Whether a sealer would write such a message. */
  boolean isWrittenBySealer(boolean randomKey) {
    return stretch.isWrittenBySealer(randomKey) && !hasSessionKey();
  }
}
