package io.vibee.session.reference;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vibee.session.agent.testing.AgentDatabase;
import io.vibee.session.jdbc.testing.Canary;
import io.vibee.session.jdbc.testing.Processes;
import io.vibee.session.jdbc.testing.Tools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs a copy of start.sh in a folder with links to the project, where .env files can be put. */
record StartSh(Path folder) {
  /** How many lines of each stream a failure shows. */
  private static final int LAST = 40;

  record Result(int exitCode, String out, String err) {
    List<String> lines() {
      return out.lines().toList();
    }

    String lastErrorLine() {
      return err.lines().reduce((first, second) -> second).orElse("");
    }
  }

  static StartSh in(Path folder) throws IOException {
    Tools.require("bash");
    Path project = Path.of("..", "..").toRealPath();
    for (String name :
        List.of(
            "pom.xml",
            "migrations",
            "session-core",
            "session-jdbc",
            "session-openpgp",
            "session-agent",
            "session-admin",
            "session-cli",
            "scripts",
            "examples")) {
      Files.createSymbolicLink(folder.resolve(name), project.resolve(name));
    }
    // Called only if start.sh wrongly thinks that something has to be built.
    Path maven =
        Files.writeString(folder.resolve("mvnw"), "#!/bin/sh\necho maven was called\nexit 1\n");
    Path script = Files.copy(project.resolve("start.sh"), folder.resolve("start.sh"));
    for (Path file : List.of(maven, script)) {
      if (!file.toFile().setExecutable(true))
        throw new IOException("cannot make it executable: " + file);
    }
    return new StartSh(folder);
  }

  Process start(Map<String, String> environment, String... options) throws IOException {
    List<String> command = new ArrayList<>(List.of(folder.resolve("start.sh").toString()));
    command.addAll(List.of(options));
    ProcessBuilder builder = Processes.of(command).directory(Path.of("/").toFile());
    // No test runs long enough to gain from more than the first compiler.
    String quick = "-XX:TieredStopAtLevel=1 ";
    String elsewhere =
        "-Duser.language=tr -Duser.country=TR -Duser.extensions=u-nu-arab -Duser.timezone=Pacific/Chatham";
    builder.environment().put("JAVA_OPTS", quick + elsewhere);
    builder.environment().putAll(environment);
    return builder
        .redirectOutput(folder.resolve("out").toFile())
        .redirectError(folder.resolve("err").toFile())
        .start();
  }

  Result run(Map<String, String> environment, String... options) throws Exception {
    Process process = start(environment, options);
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("start.sh hangs\n" + told());
    }
    return new Result(process.exitValue(), read("out"), read("err"));
  }

  /**
   * Returns the end of what it printed for a test's failure message, without the tests' secrets.
   */
  String told() {
    return "standard output:\n" + end("out") + "\nstandard error:\n" + end("err");
  }

  private String end(String file) {
    try {
      List<String> lines = read(file).lines().toList();
      String end = String.join("\n", lines.subList(Math.max(0, lines.size() - LAST), lines.size()));
      return Canary.masked(end).replace(AgentDatabase.HASH, "***");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String read(String file) throws IOException {
    return Files.readString(folder.resolve(file), UTF_8);
  }
}
