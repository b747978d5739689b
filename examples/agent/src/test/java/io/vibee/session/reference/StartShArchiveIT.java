package io.vibee.session.reference;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.jdbc.testing.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Checks that the archive of classes makes start.sh faster, and that start.sh works whatever is
 * wrong with it.
 */
@Tag("slow")
class StartShArchiveIT {
  private static final Map<String, String> LEGACY =
      Map.of(
          "TELEGRAM_SESSION_ID", "sess_env",
          "TELEGRAM_API_ID", "1",
          "TELEGRAM_API_HASH", "0123456789abcdef0123456789abcdef");

  /** One folder for all tests, since the archive holds the path of the jar. */
  @TempDir static Path temporary;

  private static StartSh startSh;
  private static Path target;
  private static Path archive;
  private static byte[] made;

  @BeforeAll
  static void makeOneInAFolderOfItsOwn() throws Exception {
    startSh = StartSh.in(Files.createDirectory(temporary.resolve("project")));
    Path real = Path.of("..", "..").toRealPath().resolve("examples/agent");
    Path agent = startSh.folder().resolve("examples/agent");
    Files.delete(startSh.folder().resolve("examples"));
    target = Files.createDirectories(agent.resolve("target"));
    for (String name : List.of("pom.xml", "src", "target/lib")) {
      Files.createSymbolicLink(agent.resolve(name), real.resolve(name));
    }
    Path jar = target.resolve("agent.jar");
    Files.copy(real.resolve("target/agent.jar"), jar, StandardCopyOption.COPY_ATTRIBUTES);
    Process maker =
        Processes.of(
                Processes.java(), "-cp", jar.toString(), StartArchive.class.getName(), jar + "")
            .redirectErrorStream(true)
            .start();
    assertThat(new String(maker.getInputStream().readAllBytes(), UTF_8)).isEmpty();
    assertThat(maker.waitFor()).isZero();
    archive = target.toRealPath().resolve("agent.jsa");
    made = Files.readAllBytes(archive);
    try (Stream<Path> files = Files.list(target)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("lib", "agent.jar", "agent.jsa", "agent.jsa.size");
    }
  }

  @BeforeEach
  void putItInPlace() throws IOException {
    put(made);
  }

  /** Puts a file with this content in its place, with its size, as if it were complete. */
  private static void put(byte[] content) throws IOException {
    Files.deleteIfExists(archive);
    Files.write(archive, content);
    Files.writeString(target.resolve("agent.jsa.size"), content.length + "\n");
  }

  /** Counts the classes that came from the archive. */
  private static long archived() throws Exception {
    Path log = temporary.resolve("classes");
    Map<String, String> environment = new HashMap<>(LEGACY);
    environment.put("JAVA_OPTS", "-Xlog:class+load:file=" + log);
    assertLoads(startSh.run(environment, "--once"));
    try (Stream<String> lines = Files.lines(log, UTF_8)) {
      return lines
          .filter(line -> line.contains("io.vibee.") && line.contains("shared objects"))
          .count();
    }
  }

  private static void assertLoads(StartSh.Result result) {
    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isZero();
    assertThat(result.lines()).hasSize(2);
    assertThat(result.lines().get(0)).startsWith("session user_id=env-1 ");
    assertThat(result.lines().get(1)).startsWith("loaded 1 session in ");
  }

  @Test
  void takesItsClassesFromTheArchive() throws Exception {
    assertThat(archived()).isGreaterThan(20);
  }

  /** The archive was made under another collector. */
  @ParameterizedTest
  @ValueSource(strings = {"ZGC", "G1GC", "ParallelGC"})
  void startsUnderTheUsersCollectorWithoutAWarning(String collector) throws Exception {
    Map<String, String> environment = new HashMap<>(LEGACY);
    environment.put("JAVA_OPTS", "-XX:+Use" + collector);
    assertLoads(startSh.run(environment, "--once"));
  }

  @Test
  void holdsNothingOfWhatTheRehearsalLoaded() {
    String content = new String(made, ISO_8859_1);
    // Without assertions on the text, which a failure would print.
    assertThat(content.contains("io/vibee/session/SessionLoader")).isTrue();
    for (String loaded : List.of("0123456789abcdef0123456789abcdef", "rehearsal@", "sess_demo")) {
      assertThat(content.contains(loaded)).as(loaded).isFalse();
    }
  }

  @Test
  void startsWithoutIt() throws Exception {
    Files.delete(archive);
    assertThat(archived()).isZero();
    Files.createDirectory(archive);
    assertThat(archived()).isZero();
    Files.delete(archive);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5_000, 1_000_000})
  void doesNotUseOneThatIsCutOff(int length) throws Exception {
    Files.delete(archive);
    Files.write(archive, Arrays.copyOf(made, length)); // its size as it was
    assertThat(archived()).isZero();
  }

  /** Java checks only the header. */
  @ParameterizedTest
  @ValueSource(ints = {0, 64})
  void startsWhenItsHeaderIsGarbage(int start) throws Exception {
    byte[] garbage = made.clone();
    for (int i = start; i < garbage.length; i++) garbage[i] = (byte) (i * 31 + 7);
    put(garbage);
    assertLoads(startSh.run(LEGACY, "--once"));
  }

  @Test
  void ignoresThatOfAnotherJdkWithoutAWarning() throws Exception {
    // The header names the virtual machine: here one of another build.
    byte[] other = made.clone();
    String version = System.getProperty("java.vm.version");
    int start = new String(made, 0, 20_000, ISO_8859_1).indexOf(version);
    assertThat(start).isPositive();
    other[start + version.length() - 1] ^= 1;
    put(other);
    assertThat(archived()).isZero();
  }

  @Test
  void ignoresThatOfAnotherJarWithoutAWarning() throws Exception {
    Path jar = target.resolve("agent.jar");
    FileTime before = Files.getLastModifiedTime(jar);
    Files.setLastModifiedTime(jar, FileTime.fromMillis(before.toMillis() + 60_000));
    try {
      assertThat(archived()).isZero();
    } finally {
      Files.setLastModifiedTime(jar, before);
    }
  }
}
