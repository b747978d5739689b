package io.vibee.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A text that must not be seen, such as an {@code api_hash}.
 *
 * <p>{@link #exposeSecret()} is the only way to read it, so that a search for that name finds every
 * place where a secret is used. {@link #toString()} is masked, comparing two secrets takes the same
 * time wherever they differ, and all secrets have the same hash code. The class is neither
 * serializable nor a bean, and its field is transient, so serializers find nothing to write.
 * Immutable, thread-safe.
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
   * Returns the secret text. Pass it straight to the code that needs it; do not keep, log or
   * concatenate it.
   *
   * @return the plain text
   */
  public String exposeSecret() {
    return value;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Secret secret
        && MessageDigest.isEqual(value.getBytes(UTF_8), secret.value.getBytes(UTF_8));
  }

  /**
   * Is the same for every secret, since a hash code of the text would reveal something about it.
   */
  @Override
  public int hashCode() {
    return Secret.class.hashCode();
  }

  /** Returns a mask of fixed length, which reveals nothing about the text. */
  @Override
  public String toString() {
    return "***";
  }
}
