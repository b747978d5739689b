package io.vibee.session;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The key that {@link KeyRotation#changeKey} makes the current one. Immutable. */
public final class NewKey {
  private static final NewKey GENERATED = new NewKey(false, null);
  private static final NewKey EXTERNAL = new NewKey(true, null);

  private final boolean external;
  private final @Nullable Secret text;

  private NewKey(boolean external, @Nullable Secret text) {
    this.external = external;
    this.text = text;
  }

  /**
   * Chooses a random key of 32 bytes that the database generates and keeps. It is never sent
   * anywhere.
   *
   * @return the choice
   */
  public static NewKey generated() {
    return GENERATED;
  }

  /**
   * Chooses a key of the caller's own, which the database keeps.
   *
   * @param key 32 random bytes as base64 or hex; a passphrase works too, but is slow
   * @return the choice
   */
  public static NewKey inDatabase(Secret key) {
    return new NewKey(false, Objects.requireNonNull(key, "key"));
  }

  /**
   * Chooses the key that the store was opened with, which the database never sees.
   *
   * @return the choice
   */
  public static NewKey external() {
    return EXTERNAL;
  }

  /**
   * Whether the key stays outside the database.
   *
   * @return true for {@link #external()}
   */
  public boolean isExternal() {
    return external;
  }

  /**
   * The key's text, if the caller chose it.
   *
   * @return the text; empty for {@link #generated()} and {@link #external()}
   */
  public Optional<Secret> text() {
    return Optional.ofNullable(text);
  }
}
