package io.vibee.session.testkit;

import io.vibee.session.Secret;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The secrets of one detector, and the tests that run with it. Thread-safe. */
final class LeakWatch {
  private final List<LeakScope> scopes = new CopyOnWriteArrayList<>();
  private volatile SecretMatcher secrets = SecretMatcher.EMPTY;
  private int unnamed;

  synchronized void watch(Secret secret) {
    watch("secret " + (unnamed + 1), secret);
    unnamed++;
  }

  synchronized void watch(String name, Secret secret) {
    String text = secret.exposeSecret();
    if (text.length() < SecretMatcher.SHORTEST) {
      throw new IllegalArgumentException(
          "a secret of less than "
              + SecretMatcher.SHORTEST
              + " characters would be found by chance");
    }
    SecretMatcher more = secrets.with(name, text);
    if (!more.find(name).isEmpty()) {
      throw new IllegalArgumentException("the name of a secret must not hold one");
    }
    secrets = more;
  }

  SecretMatcher secrets() {
    return secrets;
  }

  synchronized LeakScope open(@Nullable LeakScope parent, LeakCapture capture) {
    LeakScope scope = new LeakScope(parent, capture);
    scopes.add(scope);
    capture.add(this);
    return scope;
  }

  List<String> close(LeakScope scope) {
    synchronized (this) {
      scopes.remove(scope);
      if (scopes.isEmpty()) scope.capture().remove(this);
    }
    scope.close();
    scope.capture().release();
    return scope.findings();
  }

  /** Looks for secrets in bytes, reports them to the running tests and marks their places. */
  void check(byte[] text, BitSet places, String where) {
    report(secrets.find(text, places), where);
  }

  /** Looks for secrets in a text, and reports them. */
  boolean check(String text, String where) {
    Set<String> names = secrets.find(text);
    report(names, where);
    return !names.isEmpty();
  }

  /** Returns an error to throw in place of one that holds a secret; null if it holds none. */
  @Nullable AssertionError replacementFor(Throwable thrown) {
    List<String> findings = new ArrayList<>();
    for (Throwable part : ThrowableParts.of(thrown)) {
      for (String name : secrets.find(ThrowableParts.text(part))) {
        findings.add(name + " in the exception " + part.getClass().getName());
      }
    }
    return findings.isEmpty() ? null : ThrowableParts.masked(thrown, leaked(findings), secrets);
  }

  /** Words the message of a failure. */
  static String leaked(List<String> findings) {
    return "leaked: " + String.join("; ", new LinkedHashSet<>(findings));
  }

  private void report(Set<String> names, String where) {
    for (String name : names) scopes.forEach(scope -> scope.add(name + " in " + where));
  }
}
