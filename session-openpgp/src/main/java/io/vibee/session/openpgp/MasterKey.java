package io.vibee.session.openpgp;

import io.vibee.session.MisconfiguredException;
import io.vibee.session.Secret;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One key, in the form of the text that an operator handles. The text, as UTF-8, is the OpenPGP
 * passphrase of each message, so {@code pgp_sym_decrypt(column, 'the text')} reads what was sealed
 * with the key.
 *
 * <p>32 random bytes, as base64 (44 characters, the last one =) or as 64 hexadecimal digits, are a
 * {@linkplain #isRandom() random key}; {@code scripts/generate-encryption-key.sh} makes one. Any
 * other text is a passphrase: it works, and is stretched, but somebody who has the database can try
 * texts until one fits.
 *
 * <p>Immutable, thread-safe. Shows no more of itself than {@link Secret} does. The text stays in
 * memory for as long as the key is used: a Java String cannot be wiped.
 */
public final class MasterKey {
  private static final String PUBLISHED = "CHANGE_ME_IN_PRODUCTION_USE_32_BYTE_KEY";
  private static final int LONGEST = 1024;
  // The same as session_key_is_random of the migration. A text that repeats one character nine
  // times is somebody's placeholder: of random keys, one in some 70 million has that.
  private static final Pattern RANDOM = Pattern.compile("[A-Za-z0-9+/]{43}=|[0-9A-Fa-f]{64}");
  private static final Pattern REPEATED = Pattern.compile("(.)\\1{8}");

  private final Secret text;
  private @Nullable String fingerprint;

  private MasterKey(Secret text) {
    this.text = text;
  }

  /**
   * Makes a key of a text, which is neither trimmed nor changed.
   *
   * @param text up to 1,024 characters
   * @return the key
   * @throws MisconfiguredException if the text is blank, too long or the example that was published
   *     with the schema, or if it holds something that an operator cannot see and would not type
   *     again: white space or invisible characters at either end, control characters, characters
   *     that an earlier reader failed to decode; the message says which, without any part of the
   *     text
   */
  public static MasterKey of(Secret text) {
    String problem = problem(Objects.requireNonNull(text, "text").exposeSecret());
    if (problem != null) throw new MisconfiguredException("a master key must not " + problem);
    return new MasterKey(text);
  }

  private static @Nullable String problem(String text) {
    if (text.isBlank()) return "be blank";
    if (text.codePointCount(0, text.length()) > LONGEST) {
      return "be longer than " + LONGEST + " characters";
    }
    if (text.equals(PUBLISHED)) {
      return "be the published example: make one with scripts/generate-encryption-key.sh";
    }
    // U+FFFD is what Java puts in place of letters that the locale's charset lacks.
    if (text.codePoints()
        .anyMatch(c -> c == 0xFFFD || Character.getType(c) == Character.SURROGATE)) {
      return "hold characters that were not decoded: use a UTF-8 locale, or a key file";
    }
    if (text.codePoints().anyMatch(Character::isISOControl)) {
      return "hold control characters, such as the end of a line";
    }
    if (isInvisible(text.codePointAt(0)) || isInvisible(text.codePointBefore(text.length()))) {
      return "begin or end with white space or an invisible character: it would be another key";
    }
    return null;
  }

  private static boolean isInvisible(int c) {
    return Character.isWhitespace(c)
        || Character.isSpaceChar(c)
        || Character.getType(c) == Character.FORMAT;
  }

  static boolean isRandom(String text) {
    return RANDOM.matcher(text).matches() && !REPEATED.matcher(text).find();
  }

  /**
   * Whether the text has the form of 32 random bytes, which cannot be found by guessing.
   *
   * @return false for a passphrase
   */
  public boolean isRandom() {
    return isRandom(text.exposeSecret());
  }

  /**
   * Identifies the key without revealing it; the database stores this beside each key version. The
   * same text has the same fingerprint everywhere and forever.
   *
   * <p>For a passphrase it takes some tenths of a second, once per object: whoever reads the
   * database can test guesses against it, so it must not be an easier target than the messages.
   *
   * @return 32 lower-case hexadecimal digits
   */
  public synchronized String fingerprint() {
    if (fingerprint == null) fingerprint = KeyFingerprint.of(text.exposeSecret(), isRandom());
    return fingerprint;
  }

  Secret text() {
    return text;
  }

  /** Compares in constant time, as {@link Secret#equals} does. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof MasterKey key && text.equals(key.text);
  }

  /** Is the same for every key, since a hash code of the text would reveal something about it. */
  @Override
  public int hashCode() {
    return MasterKey.class.hashCode();
  }

  /** Returns a mask of fixed length, which reveals nothing about the text. */
  @Override
  public String toString() {
    return "***";
  }
}
