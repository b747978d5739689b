package io.vibee.session.openpgp;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts and decrypts with one AES key, in the mode of OpenPGP's messages (RFC 9580, 12.9): the
 * key stream of a block is the encryption of the encrypted block before it, and of zeros at first.
 * So decrypting, which knows all encrypted blocks, needs one call for all of them, which the JDK
 * hands to the processor's own instructions; encrypting goes from block to block.
 *
 * <p>Thread-safe. Ciphers are costly to make, and so are kept: a thread borrows one that is idle,
 * without a lock, and makes one if there is none.
 */
final class CipherKey {
  /** Bytes of the digest at the end of a message: SHA-1, in its packet behind a header. */
  static final int DIGEST = 20;

  static final int BLOCK = 16;

  private final transient SecretKeySpec key;
  private final transient Queue<Tools> idle = new ConcurrentLinkedQueue<>(); // have the key too

  /** Takes a copy of some bytes as the key. */
  CipherKey(byte[] bytes, int start, int length) {
    this.key = new SecretKeySpec(bytes, start, length, "AES");
  }

  /** How many bytes {@link #decrypt} needs to write to: it works on whole blocks. */
  static int room(int length) {
    return (length + BLOCK - 1) / BLOCK * BLOCK;
  }

  /** Decrypts to the start of an array, and leaves behind the text whatever the last block had. */
  void decrypt(byte[] bytes, int start, int length, byte[] plain) {
    Tools tools = borrow();
    tools.decrypt(bytes, start, length, plain);
    idle.add(tools);
  }

  /**
   * Decrypts, and tells, in a time that does not depend on where they differ, whether the last
   * bytes are the digest of all others.
   */
  boolean decryptWhole(byte[] bytes, int start, int length, byte[] plain) {
    Tools tools = borrow();
    tools.decrypt(bytes, start, length, plain);
    int end = length - DIGEST;
    boolean whole =
        MessageDigest.isEqual(tools.digest(plain, 0, end), Arrays.copyOfRange(plain, end, length));
    idle.add(tools);
    return whole;
  }

  /** Appends the digest to a text that has room for it, and encrypts both in place. */
  void encryptWhole(byte[] bytes, int start) {
    Tools tools = borrow();
    int end = bytes.length - DIGEST;
    System.arraycopy(tools.digest(bytes, start, end - start), 0, bytes, end, DIGEST);
    tools.encrypt(bytes, start);
    idle.add(tools);
  }

  private Tools borrow() {
    Tools tools = idle.poll();
    return tools == null ? new Tools(key) : tools;
  }

  /** What one thread at a time works with. */
  private static final class Tools {
    private final Cipher aes;
    private final MessageDigest sha1;
    private final byte[] stream = new byte[BLOCK];

    Tools(SecretKeySpec key) {
      try {
        aes = Cipher.getInstance("AES/ECB/NoPadding");
        aes.init(Cipher.ENCRYPT_MODE, key);
        sha1 = MessageDigest.getInstance("SHA-1");
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("this Java lacks AES or SHA-1", e);
      }
    }

    /** Makes the whole key stream where the text will be. */
    void decrypt(byte[] bytes, int start, int length, byte[] plain) {
      int blocks = room(length);
      Arrays.fill(plain, 0, BLOCK, (byte) 0);
      System.arraycopy(bytes, start, plain, BLOCK, blocks - BLOCK);
      try {
        aes.doFinal(plain, 0, blocks, plain, 0);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("whole blocks could not be decrypted", e);
      }
      for (int i = 0; i < length; i++) plain[i] ^= bytes[start + i];
    }

    void encrypt(byte[] bytes, int start) {
      Arrays.fill(stream, (byte) 0);
      try {
        for (int at = start; at < bytes.length; at += BLOCK) {
          if (at == start) aes.update(stream, 0, BLOCK, stream, 0);
          else aes.update(bytes, at - BLOCK, BLOCK, stream, 0);
          int size = Math.min(BLOCK, bytes.length - at);
          for (int i = 0; i < size; i++) bytes[at + i] ^= stream[i];
        }
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("a whole block could not be encrypted", e);
      } finally {
        Arrays.fill(stream, (byte) 0);
      }
    }

    byte[] digest(byte[] bytes, int start, int length) {
      sha1.update(bytes, start, length);
      byte[] digest = sha1.digest();
      // Wipes the end of the text, which the digest would keep until it is used again.
      sha1.reset();
      return digest;
    }
  }
}
