package io.vibee.session.testkit;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** Walks what a report shows of an exception: itself, its causes and what it suppressed. */
final class ThrowableParts {
  private ThrowableParts() {}

  /**
   * Returns the exception and everything attached to it, each once, since causes may form a cycle.
   */
  static Iterable<Throwable> of(Throwable thrown) {
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Throwable> open = new ArrayDeque<>(List.of(thrown));
    Deque<Throwable> parts = new ArrayDeque<>();
    while (!open.isEmpty()) {
      Throwable part = open.remove();
      if (!seen.add(part)) continue;
      parts.add(part);
      if (part.getCause() != null) open.add(part.getCause());
      Collections.addAll(open, part.getSuppressed());
    }
    return parts;
  }

  /** Returns the text of one part, without the others. */
  static String text(Throwable part) {
    return part + "\n" + part.getMessage();
  }

  /** Makes an error with the same stack trace, a masked text and nothing else. */
  static AssertionError masked(Throwable thrown, String message, SecretMatcher secrets) {
    AssertionError error =
        new AssertionError(message + "; it was " + secrets.mask(thrown.toString()));
    error.setStackTrace(thrown.getStackTrace());
    return error;
  }
}
