package io.vibee.session.agent;

import io.vibee.session.KeyRotation;
import io.vibee.session.KeyVersion;
import io.vibee.session.NewKey;
import io.vibee.session.RotationProgress;
import io.vibee.session.SessionStore;
import java.io.PrintStream;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Changes the key of a database, and moves its sessions to the new one. */
enum RotateKey {
  /** To the key in the environment; without one, to a new key in the database. */
  AS_CONFIGURED,
  /** To a new key in the database, also from one outside, which the environment names. */
  INTO_DATABASE,
  /** To the current one: a rotation that was interrupted goes on, or one elsewhere gets help. */
  CONTINUE;

  private static final long REPORT_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Returns the process's exit code. */
  int run(Map<String, String> environment, PrintStream out) {
    try (SessionStore store = SessionStore.fromEnvironment(environment)) {
      if (!(store instanceof KeyRotation keys)) {
        throw new UsageException("the store behind DATABASE_URL cannot change keys");
      }
      if (this != CONTINUE) {
        KeyVersion key = keys.changeKey(newKey(environment));
        System.err.println("new hashes are encrypted with " + name(key));
      }
      RotationProgress end = rotate(keys);
      out.println(line(end) + " (key version " + end.keyVersion() + ")");
      return exitCode(end);
    }
  }

  private static RotationProgress rotate(KeyRotation keys) {
    long[] reported = {System.nanoTime()};
    return keys.rotate(
        progress -> {
          if (System.nanoTime() - reported[0] >= REPORT_NANOS) {
            reported[0] = System.nanoTime();
            System.err.println(line(progress));
          }
          return true;
        });
  }

  private static int exitCode(RotationProgress end) {
    if (!end.complete()) {
      System.err.println(
          "start.sh: some sessions need a key that is not here: add it as a further line to the"
              + " file in ENCRYPTION_MASTER_KEY_FILE, and run this again");
      return ExitCode.UNREADABLE;
    }
    if (end.unreadable() == 0) return 0;
    System.err.println(
        "start.sh: sessions that cannot be read keep their key: load with MULTI_TENANT=true to see"
            + " which and why");
    return ExitCode.UNREADABLE;
  }

  private NewKey newKey(Map<String, String> environment) {
    boolean outside =
        !environment.getOrDefault("ENCRYPTION_MASTER_KEY", "").isEmpty()
            || !environment.getOrDefault("ENCRYPTION_MASTER_KEY_FILE", "").isEmpty();
    return outside && this == AS_CONFIGURED ? NewKey.external() : NewKey.generated();
  }

  private static String name(KeyVersion key) {
    return "key version "
        + key.version()
        + (key.external() ? ", outside the database, fingerprint " + key.fingerprint() : ", in it");
  }

  private static String line(RotationProgress progress) {
    return "moved %d sessions in %d ms, %d left, %.0f a second"
        .formatted(
            progress.done(), progress.elapsed().toMillis(), progress.left(), progress.rate());
  }
}
