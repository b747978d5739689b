package com.example.modules;

import io.vibee.session.SessionLoader;
import io.vibee.session.admin.AdminServer;
import io.vibee.session.agent.SessionAgent;
import io.vibee.session.cli.Main;
import io.vibee.session.jdbc.JdbcSessionStore;
import io.vibee.session.openpgp.OpenPgpSealer;
import io.vibee.session.testkit.TestSessions;
import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;

/** The jars as they were built, and those that Maven gives to whoever depends on them. */
final class Jars {
  static final Path CORE = of(SessionLoader.class);
  static final Path JDBC = of(JdbcSessionStore.class);
  static final Path OPENPGP = of(OpenPgpSealer.class);
  static final Path ADMIN = of(AdminServer.class);
  static final Path AGENT = of(SessionAgent.class);
  static final Path CLI = of(Main.class);
  static final Path TESTKIT = of(TestSessions.class);

  private Jars() {}

  /** The agent, and what it needs when it runs. */
  static List<Path> ofTheAgent() {
    return Stream.concat(Stream.of(property("agent.jar")), dependencies())
        .map(Path::of)
        .collect(Collectors.toList());
  }

  /** What the agent is compiled with. */
  static List<Path> ofItsDependencies() {
    return dependencies().map(Path::of).toList();
  }

  /** Core, and what it needs. */
  static List<Path> ofCore() {
    return ofItsDependencies().stream()
        .filter(jar -> jar.equals(CORE) || jar.getFileName().toString().startsWith("slf4j-api-"))
        .toList();
  }

  /** The agent's, the command, and what the command alone needs: picocli and Bouncy Castle. */
  static List<Path> withTheCommand() {
    List<Path> jars = new ArrayList<>(ofTheAgent());
    jars.add(CLI);
    jars.add(of(CommandLine.class));
    Arrays.stream(property("java.class.path").split(File.pathSeparator))
        .map(Path::of)
        .filter(jar -> jar.getFileName().toString().matches("bc[a-z]+-jdk18on-.*"))
        .forEach(jars::add);
    return jars;
  }

  static String path(List<Path> jars) {
    return jars.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }

  private static Stream<String> dependencies() {
    return Arrays.stream(property("agent.path").split(File.pathSeparator));
  }

  private static String property(String name) {
    String value = System.getProperty(name);
    if (value == null) throw new AssertionError(name + " is set by the build: ./mvnw verify");
    return value;
  }

  /** The jar that a class comes from. */
  static Path of(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}
