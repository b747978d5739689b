package io.vibee.session.process;

import io.vibee.session.KeyRotation;
import io.vibee.session.KeyVersion;
import io.vibee.session.NewKey;
import io.vibee.session.RotationProgress;
import io.vibee.session.SessionException;
import io.vibee.session.SessionStore;
import java.io.PrintStream;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Changes the key of a database, and moves its sessions to the new one. */
public enum RotateKey {
  /** To the key in the environment; without one, to a new key in the database. */
  AS_CONFIGURED,
  /** To a new key in the database, even if the environment names one outside it. */
  INTO_DATABASE,
  /** To the current key: resumes a rotation that was interrupted, or helps one elsewhere. */
  CONTINUE;

  private static final long REPORT_NANOS = TimeUnit.SECONDS.toNanos(1);

  /**
   * Rotates as {@code start.sh --rotate-key} does.
   *
   * @param environment names the database and, if it is outside, the key
   * @param out gets one line at the end
   * @param err gets the progress, and advice if sessions did not move
   * @return the process's exit code
   * @throws UsageException if the store cannot change keys
   * @throws SessionException if the database or the keys do not allow it
   */
  public int run(Map<String, String> environment, PrintStream out, PrintStream err) {
    try (SessionStore store = SessionStore.fromEnvironment(environment)) {
      KeyRotation keys = of(store);
      changeKey(keys, environment)
          .ifPresent(key -> err.println("new hashes are encrypted with " + name(key)));
      RotationProgress end = keys.rotate(reporting(err));
      out.println(line(end));
      remainder(end, "load with MULTI_TENANT=true to see which and why")
          .ifPresent(advice -> err.println("start.sh: " + advice));
      return exitCode(end);
    }
  }

  /**
   * Returns the store as one that can change keys.
   *
   * @param store any store
   * @return the same store
   * @throws UsageException if it cannot change keys
   */
  public static KeyRotation of(SessionStore store) {
    return store
        .as(KeyRotation.class)
        .orElseThrow(() -> new UsageException("the store behind DATABASE_URL cannot change keys"));
  }

  /**
   * Makes the key of this choice the current one; sessions keep theirs until they are rotated.
   *
   * @param keys where the key is changed
   * @param environment may name a key outside the database
   * @return the key that is current now; empty if it stays as it is
   */
  public Optional<KeyVersion> changeKey(KeyRotation keys, Map<String, String> environment) {
    return this == CONTINUE ? Optional.empty() : Optional.of(keys.changeKey(newKey(environment)));
  }

  private NewKey newKey(Map<String, String> environment) {
    boolean outside =
        !environment.getOrDefault("ENCRYPTION_MASTER_KEY", "").isEmpty()
            || !environment.getOrDefault("ENCRYPTION_MASTER_KEY_FILE", "").isEmpty();
    return outside && this == AS_CONFIGURED ? NewKey.external() : NewKey.generated();
  }

  private static Predicate<RotationProgress> reporting(PrintStream err) {
    long[] reported = {System.nanoTime()};
    return progress -> {
      if (System.nanoTime() - reported[0] >= REPORT_NANOS) {
        reported[0] = System.nanoTime();
        err.println(numbers(progress));
      }
      return true;
    };
  }

  /**
   * Returns the exit code of a rotation.
   *
   * @param end how it ended
   * @return 0, or {@link ExitCode#UNREADABLE} if sessions did not move
   */
  public static int exitCode(RotationProgress end) {
    return end.complete() && end.unreadable() == 0 ? 0 : ExitCode.UNREADABLE;
  }

  /**
   * Advises what to do about sessions that did not move.
   *
   * @param end how the rotation ended
   * @param inspection how to see which sessions cannot be read, in the program that was called
   * @return a sentence; empty if all moved
   */
  public static Optional<String> remainder(RotationProgress end, String inspection) {
    if (!end.complete()) {
      return Optional.of(
          "some sessions are left: run this again; where it says no more than this, they need a key"
              + " that is not here: add it as a further line to the file in ENCRYPTION_MASTER_KEY_FILE");
    }
    return end.unreadable() == 0
        ? Optional.empty()
        : Optional.of("sessions that cannot be read keep their key: " + inspection);
  }

  /**
   * Names a key, without showing it.
   *
   * @param key a version of the key
   * @return its version, and where it is kept
   */
  public static String name(KeyVersion key) {
    return "key version "
        + key.version()
        + (key.external() ? ", outside the database, fingerprint " + key.fingerprint() : ", in it");
  }

  /**
   * Sums up a rotation in one line.
   *
   * @param end how it ended
   * @return how many sessions moved, how fast, and how many are left
   */
  public static String line(RotationProgress end) {
    return numbers(end) + " (key version " + end.keyVersion() + ")";
  }

  private static String numbers(RotationProgress progress) {
    return "moved %s sessions in %s ms, %s left, %s a second"
        .formatted(
            progress.done(),
            progress.elapsed().toMillis(),
            progress.left(),
            Math.round(progress.rate()));
  }
}
