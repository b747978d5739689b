package io.vibee.session.process;

import io.vibee.session.Environment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the assignments of {@code .env} and {@code .envrc}, below the environment itself. Nothing
 * in them is executed or expanded. {@code .envrc} is direnv's, a shell script: a line that does not
 * begin with an assignment is passed over, and so is, with a warning, an assignment that needs a
 * shell. In {@code .env} a line that is no assignment is an error.
 */
public final class DotenvFiles {
  private static final Logger log = LoggerFactory.getLogger(DotenvFiles.class);
  private static final String FILE = "_FILE";
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  /** The variables that are read; others may hold what they like. */
  private static final Pattern OURS =
      Pattern.compile(
          "DATABASE_URL.*|ENCRYPTION_.+|TELEGRAM_.+|USER_ID.*|MULTI_TENANT|SESSION_SOURCE|VIBEE_.+"
              + "|PG[A-Z]+|PORT");

  private DotenvFiles() {}

  /**
   * Reads the files of a folder, if they are there.
   *
   * @param environment the variables that win over them
   * @param folder where the files are
   * @return the environment, and what the files add to it
   * @throws UsageException if a file cannot be read, {@code .env} has a line that is no assignment,
   *     or a variable lost letters that the locale's charset lacks; the message names what it is
   *     about, and repeats no value
   */
  public static Map<String, String> merge(Map<String, String> environment, Path folder) {
    refuseLostLetters(environment);
    Map<String, String> merged = new HashMap<>();
    read(folder.resolve(".envrc"), false, merged);
    read(folder.resolve(".env"), true, merged);
    return below(environment, merged);
  }

  /**
   * Refuses variables that lost letters before they came here, as far as the library reads them.
   *
   * @param environment the variables of the process
   * @throws UsageException if one lost letters that the locale's charset lacks; the message names
   *     it, and repeats no value
   */
  public static void refuseLostLetters(Map<String, String> environment) {
    Map<String, String> ours = new TreeMap<>(environment);
    ours.keySet().removeIf(name -> !OURS.matcher(name).matches());
    Environment.lostLetters(ours)
        .ifPresent(
            complaint -> {
              throw new UsageException(complaint);
            });
  }

  /**
   * Reads one file, as {@code .env} is read.
   *
   * @param environment the variables that win over it
   * @param file any readable file, such as a pipe
   * @return the environment, and what the file adds to it
   * @throws UsageException as {@link #merge} does, and if there is no such file
   */
  public static Map<String, String> mergeFile(Map<String, String> environment, Path file) {
    refuseLostLetters(environment);
    Map<String, String> merged = new HashMap<>();
    // Not only a regular file: a shell's <(command) is a pipe.
    readLines(file, true, merged);
    return below(environment, merged);
  }

  /** {@code NAME} in the environment also wins over {@code NAME_FILE} in a file, and vice versa. */
  private static Map<String, String> below(
      Map<String, String> environment, Map<String, String> files) {
    for (String name : environment.keySet()) {
      files.remove(
          name.endsWith(FILE) ? name.substring(0, name.length() - FILE.length()) : name + FILE);
    }
    files.putAll(environment);
    return files;
  }

  private static void read(Path file, boolean strict, Map<String, String> into) {
    if (Files.isRegularFile(file)) readLines(file, strict, into);
  }

  private static void readLines(Path file, boolean strict, Map<String, String> into) {
    List<String> lines = lines(file);
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (!strict && !DotenvLine.isAssignment(line)) continue;
      try {
        if (!strict) DotenvLine.refuseWhatNeedsAShell(line);
        DotenvLine.parse(line).ifPresent(entry -> into.put(entry.name(), entry.value()));
      } catch (IllegalArgumentException e) {
        // The line is not repeated: it may hold a secret.
        String problem = file.getFileName() + " line " + (i + 1) + ": " + e.getMessage();
        if (strict) throw new UsageException(problem + ": write NAME=value");
        log.warn("{}; passed over", problem);
      }
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readString(file).replace(BYTE_ORDER_MARK, "").lines().toList();
    } catch (IOException e) {
      throw new UsageException(file.getFileName() + " cannot be read: check its rights and UTF-8");
    }
  }
}
