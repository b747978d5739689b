package io.vibee.session.openpgp;

import io.vibee.session.MisconfiguredException;
import io.vibee.session.Secret;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One key, as the text that an operator handles. The text, as UTF-8, is the OpenPGP passphrase of
 * each message, so {@code pgp_sym_decrypt(column, 'the text')} reads what was sealed with it.
 *
 * <p>32 random bytes, as base64 (44 characters, the last one =) or as 64 hexadecimal digits, are a
 * {@linkplain #isRandom() random key}; {@code scripts/generate-encryption-key.sh} makes one. Every
 * other text is a passphrase: it works, and is stretched, but somebody who has the database can try
 * texts until one fits.
 *
 * <p>Immutable, safe for threads. Shows itself no more than {@link Secret} does. The text stays in
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
   * Takes a text as a key. Nothing of it is trimmed or changed.
   *
   * @param text up to 1,024 characters
   * @return the key
   * @throws MisconfiguredException if the text is blank, too long or the example that was published
   *     with the schema, or if it holds what an operator cannot see and would not type again: white
   *     space or invisible characters at either end, control characters, characters that an earlier
   *     reader failed to decode; the message says which, without any part of the text
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
    // U+FFFD is what an environment in the wrong locale makes of letters that it does not know.
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
   * Whether the text has the form of 32 random bytes, so that trying texts is hopeless.
   *
   * @return false for a passphrase
   */
  public boolean isRandom() {
    return isRandom(text.exposeSecret());
  }

  /**
   * Names the key without telling it; the database stores this beside each key version. The same
   * for the same text, everywhere and forever.
   *
   * <p>Of a passphrase it takes some tenths of a second, once for each object: whoever reads the
   * database can test guesses against it, and must not have an easier target in it than in the
   * messages.
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

  /** In constant time, as {@link Secret#equals}. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof MasterKey key && text.equals(key.text);
  }

  /** The same for every key: a hash code of the text would tell something about it. */
  @Override
  public int hashCode() {
    return MasterKey.class.hashCode();
  }

  /** A mask of fixed length, which tells nothing about the text. */
  @Override
  public String toString() {
    return "***";
  }
}
