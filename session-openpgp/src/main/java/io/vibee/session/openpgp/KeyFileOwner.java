package io.vibee.session.openpgp;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A user by number: names differ between a container and the machine that it runs on.
 *
 * @param uid the number; null where nothing tells it
 */
record KeyFileOwner(@Nullable Integer uid) {
  private static final int ROOT = 0;
  private static final String LINE = "Uid:";

  /** The owner of a file, behind symbolic links. */
  static KeyFileOwner of(Path file) throws IOException {
    try {
      return new KeyFileOwner((Integer) Files.getAttribute(file, "unix:uid"));
    } catch (UnsupportedOperationException | IllegalArgumentException e) {
      return new KeyFileOwner(null); // a file system without numbers
    }
  }

  /**
   * The user who this process acts as. Not the owner of {@code /proc/self}, which is root for a
   * program with capabilities.
   */
  static KeyFileOwner ofThisProcess() {
    try {
      return ofStatus(Files.readString(Path.of("/proc/self/status")));
    } catch (IOException | IllegalArgumentException e) {
      // Not Linux. Who is not root and can read a file that is its owner's alone is that owner.
      boolean root = System.getProperty("user.name", "").equals("root");
      return new KeyFileOwner(root ? ROOT : null);
    }
  }

  /** The second number of the line is the one by which rights are given. */
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
   * Whether a process of that user may take a key from a file of this one: from its own, or from
   * root's, who can do everything anyway. Root can read all files, also one that another user put
   * there. Containers mount secrets as files of root or of the user who runs there.
   */
  boolean isTrustedBy(KeyFileOwner process) {
    return uid == null || process.uid == null || uid == ROOT || uid.equals(process.uid);
  }
}
