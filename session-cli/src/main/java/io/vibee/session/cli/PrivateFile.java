package io.vibee.session.cli;

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
 * A file for its owner alone that is there as a whole or not at all. Until it is complete it is
 * written beside, under a name that no other process uses. That file goes when writing fails or the
 * process is told to end; only one that is killed outright leaves it behind.
 */
final class PrivateFile {
  private final Path target;
  private final boolean overwrite;

  PrivateFile(Path target, boolean overwrite) {
    this.target = target.toAbsolutePath();
    this.overwrite = overwrite;
  }

  /** What fills the file. */
  interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /** Early, so that nobody waits for nothing. */
  void refuseExisting() {
    if (Files.isDirectory(target)) throw new UsageException("that is a folder: name a file in it");
    if (!overwrite && Files.exists(target)) {
      throw new UsageException("the file exists: name another one, or add --force to replace it");
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
    return new FailedException(Failures.DEFECT, "told to end, so no file was written");
  }

  private static FileAttribute<?>[] ownerOnly(Path file) {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }

  /** The file beside. Once it was deleted it is not made, so that the two may come in any order. */
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
