package io.vibee.session.openpgp;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A user, by number since names differ between a container and its host.
 *
 * @param uid the number; null if it cannot be found out
 */
record KeyFileOwner(@Nullable Integer uid) {
  private static final int ROOT = 0;
  private static final String LINE = "Uid:";

  /** Finds the owner of a file, following symbolic links. */
  static KeyFileOwner of(Path file) throws IOException {
    try {
      return new KeyFileOwner((Integer) Files.getAttribute(file, "unix:uid"));
    } catch (UnsupportedOperationException | IllegalArgumentException e) {
      return new KeyFileOwner(null); // a file system without numbers
    }
  }

  /**
   * Finds the user that this process acts as. That is not the owner of {@code /proc/self}, which is
   * root for a program with capabilities.
   */
  static KeyFileOwner ofThisProcess() {
    try {
      return ofStatus(Files.readString(Path.of("/proc/self/status")));
    } catch (IOException | IllegalArgumentException e) {
      // Not Linux. A user other than root who can read a file of mode 600 is its owner.
      boolean root = System.getProperty("user.name", "").equals("root");
      return new KeyFileOwner(root ? ROOT : null);
    }
  }

  /**
   * Takes the second number of the line, the effective user id, which decides about permissions.
   */
  static KeyFileOwner ofStatus(String status) {
    return status
        .lines()
        .filter(line -> line.startsWith(LINE))
        .map(line -> line.substring(LINE.length()).strip().split("\\s+"))
        .filter(numbers -> numbers.length > 1)
        .map(numbers -> new KeyFileOwner((int) Long.parseLong(numbers[1])))
        .findFirst()
        .orElseThrow(IllegalArgumentException::new);
  }

  /**
   * Whether a process of that user may take a key from a file of this user: from the user's own
   * file, or from root's, since root can do everything anyway. Root does not trust the files of
   * others, although it can read them. Containers mount secrets as files of root or of the user
   * that runs there.
   */
  boolean isTrustedBy(KeyFileOwner process) {
    return uid == null || process.uid == null || uid == ROOT || uid.equals(process.uid);
  }
}
