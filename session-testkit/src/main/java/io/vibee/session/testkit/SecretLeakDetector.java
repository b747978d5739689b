package io.vibee.session.testkit;

import io.vibee.session.Secret;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;

/**
 * Fails a test in which a secret shows up where people or files would see it.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final SecretLeakDetector leaks =
 *     SecretLeakDetector.watching(TestSessions.apiHash("1")).watch("the password", PASSWORD);
 * }</pre>
 *
 * <p>Looks at what is written to {@link System#out} and {@link System#err}, at records of
 * java.util.logging at the levels that are enabled, with their exceptions, at the exception that a
 * test, a lifecycle method or a constructor ends with, and at a test's display name. Other logging
 * is seen if it looks up {@code System.out} for each write: Logback does, and Log4j 2 with {@code
 * follow="true"}. It does not see files, loggers that do not use their parent's handlers, streams
 * that were obtained before the first detector of the run or put in place of {@code System.out},
 * and exceptions that other extensions throw.
 *
 * <p>Finds a secret as it is and in hexadecimal, Base64, URL encoding or JSON, even if it is
 * written in several parts one after another. The failure says which secret was found where. The
 * secret is masked before the real output and the root logger's handlers see it; an exception that
 * holds it is replaced by an {@link AssertionError} with its stack trace. The end of an unfinished
 * line that may be the beginning of a secret reaches the real output only with the next bytes, or
 * when the test ends.
 *
 * <p>In a static field it covers the whole class, with {@link org.junit.jupiter.api.Nested} ones; a
 * leak outside of every test fails the class. In an instance field it covers each test from {@link
 * org.junit.jupiter.api.BeforeEach} to {@link org.junit.jupiter.api.AfterEach}. Output has no
 * owner: if tests run in parallel, a leak fails every one that is watching that secret at the time.
 *
 * <p>Thread-safe. Works with JUnit Jupiter from 5.10 on.
 */
public final class SecretLeakDetector extends LeakingExceptions
    implements BeforeAllCallback, AfterAllCallback, BeforeEachCallback, AfterEachCallback {
  private final LeakWatch watch = new LeakWatch();

  private SecretLeakDetector() {}

  /**
   * Makes a detector.
   *
   * @param secrets what must not show up; a failure calls them {@code secret 1}, {@code secret 2}
   *     and so on
   * @return the detector
   * @throws IllegalArgumentException if a secret has fewer than 8 characters, which a text may
   *     contain by chance
   */
  public static SecretLeakDetector watching(Secret... secrets) {
    SecretLeakDetector detector = new SecretLeakDetector();
    for (Secret secret : secrets) detector.watch(secret);
    return detector;
  }

  /**
   * Watches for one more secret from now on, in later tests too. One that is already watched keeps
   * its name.
   *
   * @param secret what must not show up; a failure calls it by its number
   * @return this
   * @throws IllegalArgumentException if it has fewer than 8 characters
   */
  public SecretLeakDetector watch(Secret secret) {
    watch.watch(secret);
    return this;
  }

  /**
   * Watches for one more secret, as {@link #watch(Secret)} does, under a name.
   *
   * @param name what a failure calls it
   * @param secret what must not show up
   * @return this
   * @throws IllegalArgumentException if it has fewer than 8 characters, or the name holds a secret
   */
  public SecretLeakDetector watch(String name, Secret secret) {
    watch.watch(name, secret);
    return this;
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    open(context);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    LeakScope scope = open(context);
    for (String name : watch.secrets().find(context.getDisplayName())) {
      scope.add(name + " in the display name");
    }
  }

  @Override
  public void afterEach(ExtensionContext context) {
    close(context);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    close(context);
  }

  @Override
  Throwable reportable(Throwable thrown) {
    AssertionError replacement = watch.replacementFor(thrown);
    return replacement == null ? thrown : replacement;
  }

  private LeakScope open(ExtensionContext context) {
    Store store = store(context);
    LeakScope scope =
        watch.open(store.get(LeakScope.class, LeakScope.class), LeakCapture.of(context));
    store.put(LeakScope.class, scope);
    return scope;
  }

  private void close(ExtensionContext context) {
    LeakScope scope = store(context).remove(LeakScope.class, LeakScope.class);
    if (scope == null) return; // another extension failed before this one began
    List<String> findings = watch.close(scope);
    if (!findings.isEmpty()) throw new AssertionError(LeakWatch.leaked(findings));
  }

  /** Returns the store of a test or class; a test also finds its class's scope in its own. */
  private Store store(ExtensionContext context) {
    return context.getStore(Namespace.create(SecretLeakDetector.class, this));
  }
}
