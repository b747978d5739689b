package io.vibee.session.testkit;

import io.vibee.session.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Lists the fields in which two sessions differ, one text per field; secret or personal ones are
 * named, not shown.
 */
final class SessionDifferences {
  private final Session actual;
  private final Session expected;
  private final List<String> found = new ArrayList<>();

  private SessionDifferences(Session actual, Session expected) {
    this.actual = actual;
    this.expected = expected;
  }

  /** Compares the values that a caller of {@code save} chooses. */
  static List<String> ofValues(Session actual, Session expected) {
    return new SessionDifferences(actual, expected).values().found;
  }

  static List<String> ofAll(Session actual, Session expected) {
    return new SessionDifferences(actual, expected).values().storesOwn().found;
  }

  /** Describes the difference of two values that must not be seen. */
  static String hidden(@Nullable Object actual, @Nullable Object expected) {
    if (actual == null) return "expected one but there is none";
    return expected == null ? "expected none but there is one" : "differs, and is not shown";
  }

  private SessionDifferences values() {
    return shown("userId", Session::userId)
        .shown("sessionId", Session::sessionId)
        .shown("apiId", Session::apiId)
        .hidden("apiHash", Session::apiHash)
        .hidden("username", Session::username)
        .hidden("phone", Session::phone)
        .shown("active", Session::active)
        .shown("authorized", Session::authorized)
        .shown("digitalTwinEnabled", Session::digitalTwinEnabled)
        .shown("autoReplyEnabled", Session::autoReplyEnabled)
        .shown("targetChats", Session::targetChats);
  }

  private SessionDifferences storesOwn() {
    return shown("lastSeenAt", Session::lastSeenAt)
        .shown("createdAt", Session::createdAt)
        .shown("updatedAt", Session::updatedAt)
        .shown("revision", Session::revision)
        .shown("keyVersion", Session::keyVersion);
  }

  private SessionDifferences shown(String name, Function<Session, @Nullable Object> field) {
    Object is = field.apply(actual);
    Object should = field.apply(expected);
    if (!Objects.equals(is, should)) {
      found.add("%s: expected <%s> but was <%s>".formatted(name, should, is));
    }
    return this;
  }

  private SessionDifferences hidden(String name, Function<Session, @Nullable Object> field) {
    Object is = field.apply(actual);
    Object should = field.apply(expected);
    if (!Objects.equals(is, should)) found.add(name + ": " + hidden(is, should));
    return this;
  }
}
