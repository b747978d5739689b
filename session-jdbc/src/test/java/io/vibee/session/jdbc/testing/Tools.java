package io.vibee.session.jdbc.testing;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** Programs that a machine may lack. Without one, its tests are skipped by name, or fail on CI. */
public final class Tools {
  private Tools() {}

  /** The program's path; skips the test, or fails it where {@code VIBEE_TESTS_SKIP_NONE} is set. */
  public static String require(String program) {
    Optional<String> found = find(program);
    require(found.isPresent(), program + " is not installed");
    return found.orElseThrow();
  }

  public static Optional<String> find(String program) {
    return Arrays.stream((System.getenv("PATH") + ":/usr/sbin").split(File.pathSeparator, -1))
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .findFirst()
        .map(Path::toString);
  }

  public static void require(boolean there, String reason) {
    if (there) return;
    if (System.getenv("VIBEE_TESTS_SKIP_NONE") != null) Assertions.fail(reason);
    System.out.println("SKIPPED: " + reason);
    Assumptions.abort(reason);
  }
}
