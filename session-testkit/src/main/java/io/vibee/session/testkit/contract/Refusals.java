package io.vibee.session.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.vibee.session.testkit.TestSessions;
import java.util.HashSet;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;

/** Checks what a store throws: its type, and that it reveals nothing of a hash. */
final class Refusals {
  /** How the hashes of all made-up sessions begin. */
  private static final String HASH = TestSessions.apiHash("1").exposeSecret().substring(0, 16);

  private Refusals() {}

  static <T extends Throwable> T refused(Class<T> type, ThrowingCallable call) {
    return refused("what the store throws", type, call);
  }

  static <T extends Throwable> T refused(String what, Class<T> type, ThrowingCallable call) {
    @Nullable Throwable thrown = catchThrowable(call);
    if (thrown != null) requireNoHash(thrown, new HashSet<>());
    assertThat(thrown).as(what).isInstanceOf(type);
    return type.cast(thrown);
  }

  private static void requireNoHash(@Nullable Throwable thrown, Set<Throwable> seen) {
    if (thrown == null || !seen.add(thrown)) return;
    // Not with assertThat, whose message would repeat the hash.
    if (String.valueOf(thrown.getMessage()).contains(HASH) || thrown.toString().contains(HASH)) {
      throw new AssertionError("the message of " + thrown.getClass() + " tells the hash");
    }
    requireNoHash(thrown.getCause(), seen);
    for (Throwable suppressed : thrown.getSuppressed()) requireNoHash(suppressed, seen);
  }
}
