package io.vibee.session.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.jdbc.testing.Canary;
import io.vibee.session.jdbc.testing.Processes;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The command as a process of its own, in a locale and time zone that find mistakes. */
record CliProcess(Process process, Path folder) {
  static final List<String> ABROAD =
      List.of(
          "-Duser.language=tr",
          "-Duser.country=TR",
          "-Duser.extensions=u-nu-arab",
          "-Duser.timezone=Pacific/Chatham");

  /** {@code java -jar vibee-session.jar}. */
  static List<String> jar(String... args) {
    List<String> command = new ArrayList<>();
    command.add(Processes.java());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(ABROAD);
    command.addAll(List.of("-jar", System.getProperty("vibee.cli.jar")));
    command.addAll(List.of(args));
    return command;
  }

  static CliProcess start(Path folder, Map<String, String> environment, List<String> command)
      throws IOException {
    ProcessBuilder builder = Processes.of(command).directory(folder.toFile());
    builder.environment().put("JAVA_OPTS", String.join(" ", ABROAD));
    builder.environment().putAll(environment);
    Process process =
        builder
            .redirectOutput(folder.resolve("out").toFile())
            .redirectError(folder.resolve("err").toFile())
            .start();
    return new CliProcess(process, folder);
  }

  CliProcess type(String text) throws IOException {
    try (OutputStream in = process.getOutputStream()) {
      in.write(text.getBytes(UTF_8));
    }
    return this;
  }

  /** Waits for its end. */
  CliRun.Result result() throws Exception {
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("it hangs: " + told());
    }
    CliRun.Result result = new CliRun.Result(process.exitValue(), read("out"), read("err"));
    assertThat(Canary.in(result.out() + result.err())).as("secrets shown").isEmpty();
    return result;
  }

  void requireRunning() throws IOException {
    if (process.isAlive()) return;
    throw new AssertionError("it ended with exit code " + process.exitValue() + ": " + told());
  }

  private String told() throws IOException {
    return Canary.masked(read("out") + read("err"));
  }

  String read(String file) throws IOException {
    return Files.readString(folder.resolve(file), UTF_8);
  }

  /** What others see of it in the list of processes, children included. */
  String arguments() throws IOException {
    return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"), UTF_8)
        .replace('\0', ' ');
  }
}
