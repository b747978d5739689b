package io.vibee.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * A text that must not be seen, such as an {@code api_hash}.
 *
 * <p>{@link #exposeSecret()} is the only way to read it, so that a search for that name finds every
 * place where a secret is used. {@link #toString()} is masked, comparing two secrets takes the same
 * time wherever they differ, and all secrets have the same hash code. The class is neither
 * serializable nor a bean, and its only field is transient, so serializers find nothing to write;
 * code that reads transient fields too finds an object of the JDK that it may not open. Immutable,
 * thread-safe.
 */
public final class Secret {
  /**
   * Returns the text. A text in a field of this class, or of a lambda, could be read by reflection;
   * java.base opens the fields of this object to nobody, and its {@code toString()} does not show
   * the result.
   */
  private final transient Callable<String> text;

  private Secret(String value) {
    text = Executors.callable(Secret::doNothing, value);
  }

  private static void doNothing() {}

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
    try {
      return text.call();
    } catch (Exception e) {
      throw new AssertionError("a callable that does nothing failed", e);
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Secret secret
        && MessageDigest.isEqual(
            exposeSecret().getBytes(UTF_8), secret.exposeSecret().getBytes(UTF_8));
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
