package io.vibee.session.openpgp;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;

/**
 * Writes messages in one form, in hexadecimal {@code c30d04090308 salt count d2 length 01 …}: a
 * passphrase packet for AES-256 with salted and iterated SHA-256 and no session key, and an
 * encrypted packet with integrity protection around one literal text.
 */
final class MessageWriter {
  private static final int NO_DATE = 0;

  private MessageWriter() {}

  /**
   * Writes a message.
   *
   * @param name the literal packet's name, of at most 255 ASCII characters
   */
  static byte[] write(String name, byte[] text, SealingKey key) {
    Stretch stretch = key.forWriting();
    byte[] nameBytes = name.getBytes(US_ASCII);
    int literal = 2 + nameBytes.length + Integer.BYTES + text.length;
    int data = 1 + MessageReader.PREFIX + PacketFrame.size(literal) + MessageReader.DIGEST_PACKET;
    ByteBuffer message =
        ByteBuffer.allocate(PacketFrame.size(1 + Stretch.WRITTEN) + PacketFrame.size(data));
    PacketFrame.write(message, PacketFrame.PASSPHRASE_SESSION, 1 + Stretch.WRITTEN);
    message.put((byte) OuterForm.PASSPHRASE_VERSION);
    stretch.write(message);
    PacketFrame.write(message, PacketFrame.ENCRYPTED, data);
    message.put((byte) OuterForm.ENCRYPTED_VERSION);
    int start = message.position();
    putPrefix(message, key);
    PacketFrame.write(message, PacketFrame.LITERAL, literal);
    // Marked as UTF-8: pgcrypto gives it in whatever encoding the database has. A real date would
    // tell when a row was written.
    message.put((byte) 'u').put((byte) nameBytes.length).put(nameBytes).putInt(NO_DATE).put(text);
    PacketFrame.write(message, PacketFrame.DIGEST, CipherKey.DIGEST);
    key.derive(stretch).encryptWhole(message.array(), start);
    return message.array();
  }

  private static void putPrefix(ByteBuffer message, SealingKey key) {
    byte[] prefix = new byte[MessageReader.PREFIX - 2];
    key.random().nextBytes(prefix);
    message.put(prefix).put(prefix, prefix.length - 2, 2);
  }
}
