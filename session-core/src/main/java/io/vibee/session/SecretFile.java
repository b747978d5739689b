package io.vibee.session;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Reads a secret as Docker mounts it: the text of a file, less one line break at its end. Does not
 * check who else may read the file, since Docker lets everybody in the container read it.
 */
final class SecretFile {
  private static final int LARGEST = 64 * 1024;

  private SecretFile() {}

  /**
   * Reads the text of the file, and refuses an empty one.
   *
   * @param variable names the file, for errors
   */
  static String read(String variable, String path) {
    Path file = path(variable, path);
    String text = text(file, place(variable, file));
    if (text.endsWith("\r\n")) text = text.substring(0, text.length() - 2);
    else if (text.endsWith("\n")) text = text.substring(0, text.length() - 1);
    if (!text.isEmpty()) return text;
    throw new MisconfiguredException(place(variable, file) + ": the file is empty");
  }

  private static Path path(String variable, String path) {
    try {
      if (!path.contains("://")) return Path.of(path);
    } catch (InvalidPathException e) {
      // Reported below, without this exception: its message repeats the value.
    }
    throw new MisconfiguredException(
        variable + " holds no path of a file: write one such as /run/secrets/name");
  }

  /** Names only the variable when its value may be the secret itself, put there by mistake. */
  private static String place(String variable, Path file) {
    Path folder = file.getParent();
    boolean isPath =
        Files.exists(file)
            || (folder != null && folder.getNameCount() > 0 && Files.isDirectory(folder));
    return isPath ? variable + " " + file : variable;
  }

  private static String text(Path file, String place) {
    try {
      // Before opening it: opening a pipe would wait until somebody writes to it.
      if (Files.exists(file) && !Files.isRegularFile(file)) {
        throw new MisconfiguredException(place + ": this is not a regular file");
      }
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes(file, place)))
          .toString();
    } catch (NoSuchFileException e) {
      throw new MisconfiguredException(
          place + ": there is no such file: write a path such as /run/secrets/name");
    } catch (AccessDeniedException e) {
      throw new MisconfiguredException(place + ": this process may not read the file");
    } catch (CharacterCodingException e) {
      throw new MisconfiguredException(place + ": the file is not UTF-8");
    } catch (IOException e) {
      throw new MisconfiguredException(
          place + ": the file cannot be read (" + e.getClass().getSimpleName() + ")");
    }
  }

  private static byte[] bytes(Path file, String place) throws IOException {
    try (InputStream stream = Files.newInputStream(file)) {
      byte[] bytes = stream.readNBytes(LARGEST + 1);
      if (bytes.length <= LARGEST) return bytes;
      throw new MisconfiguredException(place + ": the file is larger than 64 KiB");
    }
  }
}
