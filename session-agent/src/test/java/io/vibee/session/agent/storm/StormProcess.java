package io.vibee.session.agent.storm;

import io.vibee.session.jdbc.testing.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * One incarnation of an agent.
 *
 * @param output what it printed and logged
 */
record StormProcess(Process process, StormClock clock, Path output) {

  /**
   * Starts it, and waits for nothing.
   *
   * @param database the address at which it reaches its database
   * @param own what {@link StormAgent} reads beside what all agents of the setup have in common
   */
  static StormProcess start(
      Path folder,
      String name,
      String database,
      TelegramServer telegram,
      StormSetup setup,
      Map<String, String> own)
      throws IOException {
    Path output = nextLog(folder, name);
    StormClock clock =
        setup.faketime().isEmpty()
            ? StormClock.REAL
            : StormClock.of(
                setup.faketime(), output.resolveSibling(output.getFileName() + ".clock"));
    ProcessBuilder builder =
        Processes.of(
            Processes.java(),
            "-Xmx96m",
            "-Xshare:auto",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            StormAgent.class.getName());
    Map<String, String> environment = builder.environment();
    environment.put("DATABASE_URL", database);
    environment.put("STORM_TELEGRAM", Integer.toString(setup.telegram() ? telegram.port() : 0));
    environment.put("STORM_START", Long.toString(telegram.started()));
    environment.put("STORM_NAME", name);
    environment.put("STORM_CAPACITY", Integer.toString(setup.capacity()));
    environment.put("STORM_TIMES", setup.times().toText());
    environment.put("STORM_WAVES", setup.waves());
    environment.putAll(own);
    clock.fake(builder);
    Process process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    return new StormProcess(process, clock, output);
  }

  private static Path nextLog(Path folder, String name) throws IOException {
    for (int i = 1; ; i++) {
      Path log = folder.resolve(name + "." + i + ".log");
      if (Files.notExists(log)) return Files.createFile(log);
    }
  }

  /** Whether it has printed a line. */
  boolean hasSaid(String line) throws IOException {
    return Files.readAllLines(output).contains(line);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Ends it as the kernel does: its connections are closed at once. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** The same, without waiting for it. */
  void destroy() {
    process.destroyForcibly();
  }

  void terminate() {
    process.destroy();
  }

  /** Keeps it from running, connections and all, until {@link #resume}. */
  void suspend() throws IOException, InterruptedException {
    signal("-STOP");
  }

  void resume() throws IOException, InterruptedException {
    signal("-CONT");
  }

  private void signal(String signal) throws IOException, InterruptedException {
    Processes.of("kill", signal, Long.toString(process.pid())).start().waitFor();
  }
}
