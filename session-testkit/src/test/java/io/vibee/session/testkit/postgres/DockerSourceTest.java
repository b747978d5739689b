package io.vibee.session.testkit.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.ContainerPort;
import io.vibee.session.testkit.samples.DatabaseSample;
import java.net.URI;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.testcontainers.DockerClientFactory;

/** Tests a server in a container; says that it skips if there is no engine, and fails in CI. */
class DockerSourceTest {
  /** How Testcontainers logs which container it starts. */
  private static final Pattern STARTED =
      Pattern.compile("Container \\S*postgres\\S* is starting: ([0-9a-f]{64})");

  @BeforeAll
  static void requireAnEngine() {
    if (DockerServer.engineAnswers()) return;
    // Unlike other tools, an engine cannot simply be installed as a package.
    if (System.getenv("VIBEE_TESTS_DOCKER") != null) Assertions.fail("no container engine answers");
    System.out.println("SKIPPED: no container engine answers");
    Assumptions.abort("no container engine answers");
  }

  private static Stream<Container> containers() {
    return DockerClientFactory.lazyClient().listContainersCmd().withShowAll(true).exec().stream();
  }

  /** Whether this container exists; there may be some of other builds. */
  private static boolean isThere(String id) {
    return containers().anyMatch(container -> container.getId().equals(id));
  }

  @Test
  void usesAContainerBeforeEmbeddedBinariesAndRemovesIt() throws Exception {
    SampleProcess.Result result =
        new SampleProcess().run(DatabaseSample.class, DatabaseSample.SharedSample.class).passed(12);
    assertThat(result.output()).contains("test databases come from DOCKER");
    Matcher started = STARTED.matcher(result.output());
    assertThat(started.find()).as(result.output()).isTrue();
    assertThat(isThere(started.group(1))).isFalse();
  }

  @Test
  void aKilledRunLeavesNoContainer() throws Exception {
    try (StuckRun stuck = StuckRun.start(new SampleProcess().source("docker"))) {
      int port = URI.create(stuck.url()).getPort();
      String id =
          containers()
              .filter(one -> Arrays.stream(one.getPorts()).anyMatch(at -> is(at, port)))
              .findFirst()
              .orElseThrow()
              .getId();
      stuck.kill();
      StuckRun.await(() -> !isThere(id));
    }
  }

  private static boolean is(ContainerPort port, int number) {
    return Integer.valueOf(number).equals(port.getPublicPort());
  }

  @Test
  void anImageThatCannotBePulledIsAnErrorThatSaysHowToPinAnotherSource() throws Exception {
    SampleProcess.Result result =
        new SampleProcess()
            .setting("vibee.testkit.postgres.image", "localhost:1/none:0")
            .run(DatabaseSample.StaticSample.class)
            .failed();
    assertThat(result.output()).contains("localhost:1/none:0", "vibee.testkit.postgres");
  }
}
