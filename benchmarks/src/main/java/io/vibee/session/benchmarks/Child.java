package io.vibee.session.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs a class of the benchmarks in a separate JVM. */
final class Child {
  private static final int OUT_OF_MEMORY = 3;

  private final List<String> command = new ArrayList<>();

  Child(String... jvmArguments) {
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(jvmArguments));
    command.add("-XX:+ExitOnOutOfMemoryError"); // which its exit code tells
    command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=error");
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
  }

  /** Returns the last line that it printed, as numbers; empty if it ran out of memory. */
  List<Double> run(Class<?> main, String... arguments) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(command);
    all.add(main.getName());
    all.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(all).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().keySet().retainAll(List.of("PATH", "LC_ALL", "LANG"));
    Process process = builder.start();
    List<String> lines =
        new String(process.getInputStream().readAllBytes(), UTF_8).lines().toList();
    int code = process.waitFor();
    if (code == OUT_OF_MEMORY) return List.of();
    if (code != 0) throw new IllegalStateException(main + " ended with " + code);
    return List.of(lines.get(lines.size() - 1).split(" ")).stream().map(Double::valueOf).toList();
  }
}
