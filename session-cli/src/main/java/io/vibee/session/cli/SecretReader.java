package io.vibee.session.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vibee.session.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads one secret from where it is not seen. Errors name the option, never what followed it: that
 * may be the secret itself, by mistake.
 */
final class SecretReader {
  private static final int LONGEST = 64 * 1024;
  private static final Set<PosixFilePermission> OF_OTHERS =
      Set.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE);

  private final Surroundings here;

  SecretReader(Surroundings here) {
    this.here = here;
  }

  /** The first line of standard input. */
  Secret fromInput(String option) {
    return firstLine(here.in(), option);
  }

  /** The first line of a file; a pipe of the shell's will do. */
  Secret fromFile(Path file, String option) {
    try (InputStream in = Files.newInputStream(file)) {
      warnIfOpenToOthers(file, option);
      return firstLine(in, option);
    } catch (IOException e) {
      throw new UsageException(option + ": the file cannot be read: check its name and rights");
    }
  }

  /** A variable, of the environment or of the project's files. */
  Secret fromVariable(Map<String, String> settings, String name, String option) {
    String value = settings.getOrDefault(name, "");
    if (value.isEmpty())
      throw new UsageException(option + ": the variable of that name is not set");
    LostLetters.refuseIn(option, value);
    return Secret.of(value);
  }

  /** Asks somebody who sits at a terminal; null if nobody does. */
  @Nullable Secret fromPrompt(String prompt) {
    if (!here.terminal().isInteractive()) return null;
    @Nullable String typed = here.terminal().askSecretly(prompt);
    if (typed == null || typed.isEmpty()) throw new UsageException("nothing was typed");
    LostLetters.refuseIn("what was typed", typed);
    return Secret.of(typed);
  }

  private static Secret firstLine(InputStream in, String option) {
    try {
      byte[] bytes = new byte[LONGEST];
      int length = 0;
      for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
        if (length == LONGEST) throw new UsageException(option + ": the first line is too long");
        bytes[length++] = (byte) next;
      }
      if (length > 0 && bytes[length - 1] == '\r') length--;
      if (length == 0) throw new UsageException(option + ": the first line is empty");
      return Secret.of(UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length)).toString());
    } catch (CharacterCodingException e) {
      throw new UsageException(option + ": the first line is not UTF-8");
    } catch (IOException e) {
      throw new UsageException(option + ": it cannot be read");
    }
  }

  private void warnIfOpenToOthers(Path file, String option) {
    if (!isOpenToOthers(file)) return;
    here.err().println("warning: " + option + ": others may read the file: chmod 600");
  }

  /** Whether other users may read or write a regular file, as far as the file system tells. */
  static boolean isOpenToOthers(Path file) {
    try {
      return Files.isRegularFile(file)
          && Files.getPosixFilePermissions(file).stream().anyMatch(OF_OTHERS::contains);
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }
}
