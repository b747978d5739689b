package io.vibee.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A text that must not be seen, such as an {@code api_hash}.
 *
 * <p>It shows itself in one way only, {@link #exposeSecret()}, so that a search for that name finds
 * every place where a secret is used. {@link #toString()} is masked, equality takes the same time
 * wherever two secrets differ, the hash code is the same for all, and it is neither serializable
 * nor a bean and its field is transient, so that serializers find nothing to write. Immutable, safe
 * for threads.
 */
public final class Secret {
  private final transient String value;

  private Secret(String value) {
    this.value = value;
  }

  /**
   * Wraps a secret text.
   *
   * @param value the text, which must not be empty
   * @return the wrapped text
   * @throws IllegalArgumentException if the text is empty
   */
  public static Secret of(String value) {
    if (Objects.requireNonNull(value, "value").isEmpty()) {
      throw new IllegalArgumentException("a secret must not be empty");
    }
    return new Secret(value);
  }

  /**
   * Gives the secret text. Hand it straight to what needs it; do not keep, log or concatenate it.
   *
   * @return the text in clear
   */
  public String exposeSecret() {
    return value;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Secret secret
        && MessageDigest.isEqual(value.getBytes(UTF_8), secret.value.getBytes(UTF_8));
  }

  /** The same for every secret: a hash code of the text would tell something about it. */
  @Override
  public int hashCode() {
    return Secret.class.hashCode();
  }

  /** A mask of fixed length, which tells nothing about the text. */
  @Override
  public String toString() {
    return "***";
  }
}
