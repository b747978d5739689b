package io.vibee.session.cli.backup;

import io.vibee.session.cli.terminal.FailedException;
import io.vibee.session.cli.terminal.FailedException.Reason;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.UUID;

/**
 * A file for its owner alone that is there as a whole or not at all. It is written beside its
 * place, under a name that no other process uses, and moved there once it is complete. When writing
 * fails or the process is told to end, that part is deleted; only a process that is killed leaves
 * it.
 */
final class PrivateFile {
  private final Path target;
  private final boolean overwrite;

  PrivateFile(Path target, boolean overwrite) {
    this.target = target.toAbsolutePath();
    this.overwrite = overwrite;
  }

  /** Fills the file. */
  interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Refuses a file that is there already.
   *
   * @throws FailedException if there is one that must not be overwritten, or a folder
   */
  void refuseExisting() {
    if (Files.isDirectory(target))
      throw new FailedException(Reason.REFUSED, "that is a folder: name a file in it");
    if (!overwrite && Files.exists(target)) {
      throw new FailedException(
          Reason.REFUSED, "the file exists: name another one, or add --force to replace it");
    }
  }

  void write(Content content) throws IOException {
    Path folder = Objects.requireNonNull(target.getParent(), "a root is a folder");
    Part part = new Part(folder.resolve(".vibee-session." + UUID.randomUUID() + ".part"));
    Thread atExit = new Thread(part::delete);
    remember(atExit);
    try {
      part.create(ownerOnly(target));
      try (FileChannel channel = FileChannel.open(part.path, StandardOpenOption.WRITE);
          OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel))) {
        content.writeTo(out);
        out.flush();
        channel.force(true);
      }
      refuseExisting();
      Files.move(part.path, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      part.delete();
      forget(atExit);
    }
  }

  private static void remember(Thread atExit) {
    try {
      Runtime.getRuntime().addShutdownHook(atExit);
    } catch (IllegalStateException e) {
      throw ended();
    }
  }

  private static void forget(Thread atExit) {
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // The process is ending, and the hook runs.
    }
  }

  private static FailedException ended() {
    return new FailedException(Reason.NOT_WRITTEN, "told to end, so no file was written");
  }

  private static FileAttribute<?>[] ownerOnly(Path file) {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }

  /** The incomplete file. Once deleted it is not created, so that the two may come in any order. */
  static final class Part {
    private final Path path;
    private boolean deleted;

    Part(Path path) {
      this.path = path;
    }

    synchronized void create(FileAttribute<?>... attributes) throws IOException {
      if (deleted) throw ended();
      Files.createFile(path, attributes);
    }

    synchronized void delete() {
      deleted = true;
      try {
        Files.deleteIfExists(path);
      } catch (IOException e) {
        // It is encrypted and for its owner alone; what led here is the error that counts.
      }
    }
  }
}
