package io.vibee.session;

import java.util.List;

/** A session cannot be added: a value that a new one needs is missing. Nothing was changed. */
public final class SessionIncompleteException extends SessionException {
  private final transient List<String> missing;

  /**
   * Creates the error.
   *
   * @param userId the user
   * @param missing the values of {@link Session} that are missing, by name
   */
  public SessionIncompleteException(String userId, List<String> missing) {
    super(
        "user "
            + Texts.printable(userId)
            + " has no session yet, and a new one needs "
            + String.join(", ", missing)
            + ": add what is missing, or check the user's id");
    this.missing = List.copyOf(missing);
  }

  /**
   * The values that are missing.
   *
   * @return names of components of {@link Session}
   */
  public List<String> missing() {
    return missing;
  }
}
