package io.vibee.session.openpgp;

import static java.nio.file.attribute.PosixFilePermission.OWNER_EXECUTE;
import static java.nio.file.attribute.PosixFilePermission.OWNER_READ;
import static java.nio.file.attribute.PosixFilePermission.OWNER_WRITE;

import io.vibee.session.MisconfiguredException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a file that only its owner may touch. Follows symbolic links, since Kubernetes mounts
 * secrets through them, and checks the file that they lead to.
 */
final class KeyFileBytes {
  private static final int LARGEST = 64 * 1024;
  private static final Set<PosixFilePermission> OWNERS =
      Set.of(OWNER_READ, OWNER_WRITE, OWNER_EXECUTE);

  private KeyFileBytes() {}

  static byte[] read(Path file, String place) {
    try {
      // Before opening it: opening a pipe would wait until somebody writes to it.
      if (Files.exists(file) && !Files.isRegularFile(file)) {
        throw new MisconfiguredException(place + ": this is not a regular file");
      }
      requireOwnersOnly(file, place);
      return bytes(file, place);
    } catch (NoSuchFileException e) {
      throw new MisconfiguredException(place + ": there is no such file");
    } catch (AccessDeniedException e) {
      throw new MisconfiguredException(place + ": this process may not read the file");
    } catch (IOException e) {
      throw new MisconfiguredException(
          place + ": the file cannot be read (" + e.getClass().getSimpleName() + ")");
    }
  }

  private static void requireOwnersOnly(Path file, String place) throws IOException {
    PosixFileAttributeView posix = posix(file);
    if (posix == null) return;
    PosixFileAttributes attributes = posix.readAttributes();
    if (!OWNERS.containsAll(attributes.permissions())) {
      throw new MisconfiguredException(
          place + ": users other than its owner may read or write the file: chmod 600 it");
    }
    if (!KeyFileOwner.of(file).isTrustedBy(KeyFileOwner.ofThisProcess())) {
      throw new MisconfiguredException(
          place
              + ": the file belongs to another user, who may read and change it: chown it to the user"
              + " who runs this, or to root");
    }
  }

  private static @Nullable PosixFileAttributeView posix(Path file) {
    return Files.getFileAttributeView(file, PosixFileAttributeView.class);
  }

  /** Whether the file system knows who may read a file. */
  static boolean hasPermissions(Path file) {
    return posix(file) != null;
  }

  private static byte[] bytes(Path file, String place) throws IOException {
    try (InputStream stream = Files.newInputStream(file)) {
      byte[] bytes = stream.readNBytes(LARGEST + 1);
      if (bytes.length > LARGEST) {
        throw new MisconfiguredException(place + ": the file is larger than 64 KiB");
      }
      return bytes;
    }
  }
}
