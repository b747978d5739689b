package io.vibee.session.reference;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.jdbc.testing.Canary;
import io.vibee.session.jdbc.testing.Processes;
import io.vibee.session.jdbc.testing.Tools;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Runs start.sh without a database from outside. */
@Execution(ExecutionMode.CONCURRENT)
class StartShAloneIT {
  private static final String HASH = "0123456789abcdef0123456789abcdef";

  private StartSh startSh;

  @BeforeEach
  void prepare(@TempDir Path folder) throws Exception {
    startSh = StartSh.in(folder);
  }

  @Test
  void runsByASymbolicLinkAndFailsWhenNobodyCanReadItsOutput(@TempDir Path folder)
      throws Exception {
    Path link =
        Files.createSymbolicLink(folder.resolve("agent"), startSh.folder().resolve("start.sh"));
    Process process =
        Processes.of(Tools.require("bash"), "-c", link + " --help > /dev/full")
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).isEqualTo(1);
    assertThat(output).contains("standard output cannot be written");
  }

  @Test
  void endsWhenMemoryRunsOutInsteadOfRunningOnWithoutSomeOfItsThreads() throws Exception {
    Map<String, String> shown = Map.of("JAVA_OPTS", "-XX:+PrintCommandLineFlags -version");
    assertThat(startSh.run(shown).out()).contains("-XX:+ExitOnOutOfMemoryError");
    assertThat(startSh.run(shown, "--once").out())
        .as("3 is an exit code of --once")
        .contains("-XX:")
        .doesNotContain("-XX:+ExitOnOutOfMemoryError");
  }

  @Test
  void leavesTheUsersJavaOptionsAlone() throws Exception {
    for (String variable :
        List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "JAVA_OPTS", "_JAVA_OPTIONS")) {
      Map<String, String> asked = new HashMap<>(Map.of("JAVA_OPTS", ""));
      asked.merge(variable, "-XX:+UseParallelGC -XX:TieredStopAtLevel=3", String::concat);
      asked.merge("JAVA_OPTS", " -XX:+PrintCommandLineFlags -version", String::concat);
      StartSh.Result shown = startSh.run(asked, "--once");
      assertThat(shown.exitCode()).as(variable + shown.err()).isZero();
      assertThat(shown.out())
          .as(variable)
          .contains("-XX:+UseParallelGC", "-XX:TieredStopAtLevel=3")
          .doesNotContain("-XX:+UseSerialGC");
    }
    Map<String, String> log =
        Map.of("JAVA_TOOL_OPTIONS", "-Xlog:gc*:file=" + startSh.folder() + "/gc");
    startSh.run(log, "--version");
    assertThat(startSh.read("gc")).contains("Serial");
  }

  @Test
  void namesAJavaHomeThatHasNoJava() throws Exception {
    StartSh.Result result = startSh.run(Map.of("JAVA_HOME", "/nope"), "--once");
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err())
        .isEqualTo(
            "start.sh: JAVA_HOME is /nope, where there is no bin/java: set it to a JDK 17 or newer,"
                + " or unset it\n");
  }

  @Test
  void namesOptionsThatItDoesNotKnowUnlessTheyMayBeSecrets() throws Exception {
    StartSh.Result result = startSh.run(Map.of(), "--onse", "--verbose=x", "--once", HASH, "--x1");
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err())
        .startsWith(
            "start.sh: unknown: --onse, --verbose, argument 4, argument 5; ./start.sh --help")
        .doesNotContain(HASH);
  }

  @Test
  void printsItsVersion() throws Exception {
    StartSh.Result result = startSh.run(Map.of(), "--version");
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.out()).matches("vibee-session agent \\d+\\.\\d+\\.\\d+\\S*\n");
  }

  @Test
  void toleratesAReaderThatHasSeenEnough() throws Exception {
    Process process =
        Processes.of(
                Tools.require("bash"),
                "-c",
                "set -o pipefail; " + startSh.folder() + "/start.sh --help | true")
            .redirectErrorStream(true)
            .start();
    assertThat(new String(process.getInputStream().readAllBytes(), UTF_8)).isEmpty();
    assertThat(process.waitFor()).isZero();
  }

  @Test
  void aTestThatWaitsForAnEndedAgentShowsWhyItEnded(@TempDir Path folder) throws Exception {
    Map<String, String> broken = Map.of("SESSION_SOURCE", "env", "TELEGRAM_API_HASH", HASH);
    try (RunningAgent agent = RunningAgent.in(folder, broken)) {
      assertThatThrownBy(() -> agent.awaitOut("loaded"))
          .hasStackTraceContaining("it ended with exit code 2")
          .hasStackTraceContaining("start.sh: TELEGRAM_SESSION_ID is not set");
    }
    Files.writeString(folder.resolve("err"), "first\n".repeat(50) + HASH + Canary.PASSWORD + "\n");
    assertThat(new StartSh(folder).told())
        .endsWith("\nfirst\n******")
        .doesNotContain(HASH, Canary.PASSWORD, "first\n".repeat(40));
  }

  @Test
  void tellsTheStory() throws Exception {
    StartSh.Result demo =
        startSh.run(Map.of("DATABASE_URL", "postgresql://not.used.test/x"), "--demo");
    assertThat(demo.exitCode()).as(demo.out() + demo.err()).isZero();
    assertThat(demo.out())
        .contains(
            "mode=single-env", "mode=single-db", "loaded 4 sessions", "cipher=9  key_version=1")
        .contains("version=2  state=current  sessions=4", "decrypts_to_what_was_stored=t")
        .doesNotContain("cipher=7  key_version", HASH, "0123456789abcdef0123456789abcde1");
    assertThat(demo.out())
        .contains("moved 5 sessions", "version=3  state=current  sessions=5", "loaded 2 sessions")
        .contains("tampering_detected  problem=made for another row");
    assertThat(demo.out())
        .contains("   201 {\"user_id\":\"100200304\"", "   session user_id=100200304", "   204 ")
        .contains("is_active=t  is_authorized=t  cipher=9", "   stopped user_id=100200304")
        .contains("session_created  actor=local", "login", "session_deactivated  actor=local");
    assertThat(demo.err().lines())
        .filteredOn(line -> !line.startsWith("INFO FleetNews - takes part in the fleet as agent "))
        .hasSize(3)
        .allMatch(line -> line.contains("key version 3") && !line.contains(HASH));
  }
}
