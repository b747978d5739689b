package io.vibee.session.reference;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** The programs of PostgreSQL that were unpacked into the demo's folder. */
final class DemoPrograms {
  /** Calls the program beside it, which finds its own folder by the path that it is called with. */
  private static final String WITHOUT_ENVIRONMENT =
      """
      #!/bin/sh
      exec env -i PATH="$PATH" LC_ALL=C "${0%/*}/pg_ctl.unpacked" "$@"
      """;

  private DemoPrograms() {}

  /**
   * Puts a script in place of {@code pg_ctl}, which starts the server. The library that calls it
   * offers no way to set its environment, and the server passes its own on: {@code copy … from
   * program 'env'}.
   */
  static void hideEnvironment(Path folder) {
    boolean hidden = false;
    try (DirectoryStream<Path> unpacked = Files.newDirectoryStream(folder, "PG-*")) {
      for (Path programs : unpacked) {
        Path program = programs.resolve("bin").resolve("pg_ctl");
        // Windows has no such scripts; there only the password keeps others out.
        if (Files.exists(program.resolveSibling("pg_ctl.exe"))) return;
        if (!Files.exists(program)) continue;
        Files.move(program, program.resolveSibling("pg_ctl.unpacked"));
        Files.writeString(program, WITHOUT_ENVIRONMENT);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        hidden = true;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (!hidden) throw new IllegalStateException("the programs of PostgreSQL are not in " + folder);
  }

  static FileAttribute<?>[] ownerOnly(Path folder) throws IOException {
    return Files.getFileStore(folder).supportsFileAttributeView("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }
}
