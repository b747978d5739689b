package io.vibee.session.testkit;

import io.vibee.session.Secret;
import io.vibee.session.Session;
import java.util.List;
import java.util.Objects;
import org.assertj.core.api.AbstractAssert;
import org.assertj.core.api.RecursiveComparisonAssert;
import org.assertj.core.api.recursive.comparison.RecursiveComparisonConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * Assertions about a session. Failures show no secret, phone or user name; they only say that these
 * differ.
 */
public final class SessionAssert extends AbstractAssert<SessionAssert, Session> {
  SessionAssert(@Nullable Session actual) {
    super(actual, SessionAssert.class);
  }

  /**
   * Checks the Telegram user's id.
   *
   * @param userId the expected one
   * @return this
   */
  public SessionAssert hasUserId(String userId) {
    return shows("user id", session().userId(), userId);
  }

  /**
   * Checks the session's id.
   *
   * @param sessionId the expected one
   * @return this
   */
  public SessionAssert hasSessionId(String sessionId) {
    return shows("session id", session().sessionId(), sessionId);
  }

  /**
   * Checks the Telegram app's id.
   *
   * @param apiId the expected one
   * @return this
   */
  public SessionAssert hasApiId(int apiId) {
    return shows("api id", session().apiId(), apiId);
  }

  /**
   * Checks the Telegram app's hash, without ever showing one.
   *
   * @param apiHash the expected one
   * @return this
   */
  public SessionAssert hasApiHash(Secret apiHash) {
    return hides("api hash", session().apiHash(), Objects.requireNonNull(apiHash, "apiHash"));
  }

  /**
   * Checks the phone number, without showing it.
   *
   * @param phone the expected one; null for none
   * @return this
   */
  public SessionAssert hasPhone(@Nullable String phone) {
    return hides("phone", session().phone(), phone);
  }

  /**
   * Checks the user name, without showing it.
   *
   * @param username the expected one; null for none
   * @return this
   */
  public SessionAssert hasUsername(@Nullable String username) {
    return hides("user name", session().username(), username);
  }

  /**
   * Checks that agents load the session.
   *
   * @return this
   */
  public SessionAssert isActive() {
    return shows("active", session().active(), true);
  }

  /**
   * Checks that agents do not load the session.
   *
   * @return this
   */
  public SessionAssert isInactive() {
    return shows("active", session().active(), false);
  }

  /**
   * Checks that the account is logged in.
   *
   * @return this
   */
  public SessionAssert isAuthorized() {
    return shows("authorized", session().authorized(), true);
  }

  /**
   * Checks that the account is not logged in.
   *
   * @return this
   */
  public SessionAssert isNotAuthorized() {
    return shows("authorized", session().authorized(), false);
  }

  /**
   * Checks the chats to act in.
   *
   * @param chats exactly these in this order; no arguments for no chats
   * @return this
   */
  public SessionAssert hasTargetChats(String... chats) {
    return shows("target chats", session().targetChats(), List.of(chats));
  }

  /**
   * Checks the revision.
   *
   * @param revision the expected number, 0 for a session that was never saved
   * @return this
   */
  public SessionAssert hasRevision(long revision) {
    return shows("revision", session().revision(), revision);
  }

  /**
   * Checks the values that callers choose. Ignores the store's own: {@code lastSeenAt}, {@code
   * createdAt}, {@code updatedAt}, {@code revision} and {@code keyVersion}.
   *
   * @param expected a session with the expected values
   * @return this
   */
  public SessionAssert hasSameValuesAs(Session expected) {
    return differsNowhere(SessionDifferences.ofValues(session(), expected));
  }

  /** Checks that the sessions are equal; a failure says in which fields they differ. */
  @Override
  public SessionAssert isEqualTo(@Nullable Object expected) {
    return actual != null && expected instanceof Session other
        ? differsNowhere(SessionDifferences.ofAll(actual, other))
        : super.isEqualTo(expected);
  }

  /**
   * Compares field by field. Secrets are compared as a whole, and neither they nor phones and user
   * names are shown.
   */
  @Override
  public RecursiveComparisonAssert<?> usingRecursiveComparison() {
    return usingRecursiveComparison(new RecursiveComparisonConfiguration());
  }

  /**
   * Compares field by field, as {@link #usingRecursiveComparison()} does, with settings.
   *
   * @param settings how to compare; this method adds to them
   */
  @Override
  public RecursiveComparisonAssert<?> usingRecursiveComparison(
      RecursiveComparisonConfiguration settings) {
    settings.registerEqualsForType(Objects::equals, Secret.class);
    settings.registerErrorMessageForFields("the phones differ, and are not shown", "phone");
    settings.registerErrorMessageForFields("the user names differ, and are not shown", "username");
    return super.usingRecursiveComparison(settings);
  }

  private Session session() {
    isNotNull();
    return actual;
  }

  private SessionAssert shows(String name, Object is, Object expected) {
    if (is.equals(expected)) return this;
    throw failureWithActualExpected(
        is, expected, "%s: expected <%s> but was <%s> in %s", name, expected, is, actual);
  }

  private SessionAssert hides(String name, @Nullable Object is, @Nullable Object expected) {
    if (Objects.equals(is, expected)) return this;
    throw failure("%s: %s in %s", name, SessionDifferences.hidden(is, expected), actual);
  }

  private SessionAssert differsNowhere(List<String> differences) {
    if (differences.isEmpty()) return this;
    throw failure(
        "%s differs in%n  %s", actual, String.join(System.lineSeparator() + "  ", differences));
  }
}
