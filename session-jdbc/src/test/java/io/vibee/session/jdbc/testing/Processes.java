package io.vibee.session.jdbc.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The processes that tests start: they see nothing of what happens to be set around the build, such
 * as {@code PGHOST}, {@code JAVA_TOOL_OPTIONS}, a language or a database of the developer's.
 */
public final class Processes {
  private static final List<String> KEPT = List.of("PATH");

  /** A home without the settings of anybody's programs. */
  private static final String HOME = Path.of("target").toAbsolutePath().toString();

  private Processes() {}

  public static ProcessBuilder of(String... command) {
    return of(List.of(command));
  }

  public static ProcessBuilder of(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().retainAll(KEPT);
    builder.environment().put("HOME", HOME);
    builder.environment().put("JAVA_HOME", javaHome());
    return builder;
  }

  /** The folder of the JDK that runs the tests, which is not always the one that runs Maven. */
  public static String javaHome() {
    return System.getProperty("java.home");
  }

  public static String java() {
    return Path.of(javaHome(), "bin", "java").toString();
  }

  /**
   * The command with which a process can be told to end by SIGINT. A shell starts what runs in the
   * background with that signal ignored, and so does a build that it starts, and each child of it.
   * Skips the test where the machine's {@code env} cannot help.
   */
  public static List<String> heedingInterrupts(List<String> command)
      throws IOException, InterruptedException {
    List<String> heeding = new ArrayList<>(List.of(Tools.require("env"), "--default-signal=INT"));
    List<String> trial = new ArrayList<>(heeding);
    trial.add("true");
    Tools.require(
        of(trial).redirectErrorStream(true).start().waitFor() == 0,
        "env --default-signal, of coreutils 8.31, is not installed");
    heeding.addAll(command);
    return heeding;
  }

  /**
   * The processes in whose environment a variable has a value, so whoever set it and all that this
   * started: other builds start the same programs. Skips the test where there is no {@code /proc}.
   */
  public static List<ProcessHandle> with(String variable, String value) throws IOException {
    List<ProcessHandle> found = new ArrayList<>();
    Path all = Path.of("/proc");
    Tools.require(Files.isDirectory(all), "/proc is not there");
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(all, "[0-9]*")) {
      for (Path folder : folders) {
        String environment;
        try {
          environment = Files.readString(folder.resolve("environ"), ISO_8859_1);
        } catch (IOException e) {
          continue; // somebody else's, or it has just ended
        }
        if (!("\0" + environment).contains("\0" + variable + "=" + value + "\0")) continue;
        Optional<ProcessHandle> process =
            ProcessHandle.of(Long.parseLong(folder.getFileName().toString()));
        process.filter(ProcessHandle::isAlive).ifPresent(found::add);
      }
    }
    return found;
  }
}
