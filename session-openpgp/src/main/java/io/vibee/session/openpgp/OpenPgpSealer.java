package io.vibee.session.openpgp;

import io.vibee.session.MisconfiguredException;
import io.vibee.session.Secret;
import io.vibee.session.jdbc.seal.HashSealer;
import io.vibee.session.jdbc.seal.SealContext;
import io.vibee.session.jdbc.seal.SealException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * Seals each {@code api_hash} as an OpenPGP message: AES-256 with an integrity check over the text
 * and the row that it belongs to. {@code pgp_sym_decrypt} reads it with the text of the same {@link
 * MasterKey}.
 *
 * <p>Opening checks a message's form before doing any work for it, and its integrity before looking
 * at what is inside; anything that is not as it was sealed for the row causes a {@link
 * SealException}. A message's length reveals the length of its text.
 *
 * <p>Thread-safe. Sealing or opening takes about a microsecond; with a passphrase, the first
 * message from each process that wrote any takes about a millisecond more.
 */
public final class OpenPgpSealer implements HashSealer {
  private static final int LONGEST_HASH = 255;
  private static final Secret NO_HASH = Secret.of("none");

  /**
   * Messages of a warm-up. The first load of 1,000 sessions took 3.6 × the fetch of their rows
   * without it, 2.9 × with one and 2.5 × with these, while the whole process took as long as ever.
   */
  private static final int WARM_UP = 300;

  private final HeldKeys keys;

  private OpenPgpSealer(HeldKeys keys) {
    this.keys = keys;
  }

  /**
   * Makes a sealer, and asks the provider for its keys; the fingerprint of each passphrase among
   * them takes some tenths of a second.
   *
   * @param provider where the keys come from
   * @return the sealer
   * @throws MisconfiguredException if the provider returns no key
   */
  public static OpenPgpSealer of(KeyProvider provider) {
    return of(provider, System::nanoTime);
  }

  static OpenPgpSealer of(KeyProvider provider, LongSupplier nanoClock) {
    return new OpenPgpSealer(new HeldKeys(Objects.requireNonNull(provider, "provider"), nanoClock));
  }

  /** Asks the provider, to notice a key that was put first since; too slow to call for each row. */
  @Override
  public String currentFingerprint() {
    return keys.ask().get(0);
  }

  /** Asks the provider; too slow to call for each row. */
  @Override
  public List<String> fingerprints() {
    return keys.ask();
  }

  /** Asks the provider if the key is not held, at most once a second. */
  @Override
  public boolean holds(String fingerprint) {
    return keys.holds(Objects.requireNonNull(fingerprint, "fingerprint"));
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException also if the text has more than 255 characters or is not valid
   *     Unicode
   */
  @Override
  public byte[] seal(Secret apiHash, SealContext row, String fingerprint) {
    SealingKey key = keys.require(fingerprint);
    String text = apiHash.exposeSecret();
    if (text.codePointCount(0, text.length()) > LONGEST_HASH) {
      throw new IllegalArgumentException("an api_hash has at most 255 characters");
    }
    byte[] bytes = Utf8.encode(text);
    try {
      return MessageWriter.write(RowBinding.name(row), bytes, key);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  @Override
  public Secret open(byte[] sealed, SealContext row, String fingerprint) throws SealException {
    SealingKey key = keys.require(fingerprint);
    OuterForm form = OuterForm.of(sealed);
    if (!form.isWrittenBySealer(key.isRandom())) throw Refusal.NOT_SEALED.exception();
    LiteralText literal = MessageReader.read(sealed, form, key);
    RowBinding.require(literal.name(), row);
    return literal.text();
  }

  /** Seals and opens a text of its own, with the current key; does not ask the provider. */
  @Override
  public void warmUp() {
    SealContext nobody = new SealContext("", "", 0, 0);
    String key = keys.current();
    try {
      for (int i = 0; i < WARM_UP; i++) open(seal(NO_HASH, nobody, key), nobody, key);
    } catch (SealException e) {
      throw new IllegalStateException(e);
    }
  }
}
