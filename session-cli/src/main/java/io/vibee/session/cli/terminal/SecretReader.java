package io.vibee.session.cli.terminal;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vibee.session.Environment;
import io.vibee.session.Secret;
import io.vibee.session.cli.terminal.FailedException.Reason;
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
 * Reads one secret from a place that others do not see. Errors name the option, never what followed
 * it: that may be the secret itself, by mistake.
 */
public final class SecretReader {
  private static final int LONGEST = 64 * 1024;
  private static final Set<PosixFilePermission> OF_OTHERS =
      Set.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE);

  private final CliContext context;

  public SecretReader(CliContext context) {
    this.context = context;
  }

  /** Reads the first line of standard input. */
  public Secret fromInput(String option) {
    return firstLine(context.in(), option);
  }

  /** Reads the first line of a file, which may be a pipe such as the shell's {@code <(command)}. */
  public Secret fromFile(Path file, String option) {
    try (InputStream in = Files.newInputStream(file)) {
      warnIfOpenToOthers(file, option);
      return firstLine(in, option);
    } catch (IOException e) {
      throw refused(option + ": the file cannot be read: check its name and rights");
    }
  }

  /** Reads a variable of the environment or of the project's files. */
  public Secret fromVariable(Map<String, String> settings, String name, String option) {
    String value = settings.getOrDefault(name, "");
    if (value.isEmpty()) throw refused(option + ": the variable of that name is not set");
    return whole(option, value);
  }

  /** Asks the user; null if there is nobody at a terminal. */
  public @Nullable Secret fromPrompt(String prompt) {
    if (!context.terminal().isInteractive()) return null;
    @Nullable String typed = context.terminal().askSecretly(prompt);
    if (typed == null || typed.isEmpty()) throw refused("nothing was typed");
    return whole("what was typed", typed);
  }

  private static Secret whole(String name, String text) {
    Environment.lostLetters(Map.of(name, text))
        .ifPresent(
            complaint -> {
              throw refused(complaint);
            });
    return Secret.of(text);
  }

  private static FailedException refused(String message) {
    return new FailedException(Reason.REFUSED, message);
  }

  private static Secret firstLine(InputStream in, String option) {
    try {
      byte[] bytes = new byte[LONGEST];
      int length = 0;
      for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
        if (length == LONGEST) throw refused(option + ": the first line is too long");
        bytes[length++] = (byte) next;
      }
      if (length > 0 && bytes[length - 1] == '\r') length--;
      if (length == 0) throw refused(option + ": the first line is empty");
      return Secret.of(UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length)).toString());
    } catch (CharacterCodingException e) {
      throw refused(option + ": the first line is not UTF-8");
    } catch (IOException e) {
      throw refused(option + ": it cannot be read");
    }
  }

  private void warnIfOpenToOthers(Path file, String option) {
    if (!isOpenToOthers(file)) return;
    context.err().println("warning: " + option + ": others may read the file: chmod 600");
  }

  /** Tells whether others may read or write a regular file, as far as the file system says. */
  public static boolean isOpenToOthers(Path file) {
    try {
      return Files.isRegularFile(file)
          && Files.getPosixFilePermissions(file).stream().anyMatch(OF_OTHERS::contains);
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }
}
