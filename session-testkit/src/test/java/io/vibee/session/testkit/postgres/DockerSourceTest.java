package io.vibee.session.testkit.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.testkit.samples.DatabaseSample;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.testcontainers.DockerClientFactory;

/** A server in a container; skipped by name where no engine is, unless CI has one. */
class DockerSourceTest {
  @BeforeAll
  static void requireAnEngine() {
    if (DockerServer.engineAnswers()) return;
    // Unlike other tools, an engine is not to be had by installing a package.
    if (System.getenv("VIBEE_TESTS_DOCKER") != null) Assertions.fail("no container engine answers");
    System.out.println("SKIPPED: no container engine answers");
    Assumptions.abort("no container engine answers");
  }

  private static List<String> containers() {
    return DockerClientFactory.lazyClient().listContainersCmd().withShowAll(true).exec().stream()
        .filter(container -> container.getNames()[0].contains("vibee-testkit-"))
        .map(container -> container.getId())
        .toList();
  }

  @Test
  void usesAContainerBeforeEmbeddedBinariesAndRemovesIt() throws Exception {
    SampleProcess.Result result =
        new SampleProcess().run(DatabaseSample.class, DatabaseSample.SharedSample.class).passed(12);
    assertThat(result.output()).contains("test databases come from DOCKER");
    assertThat(containers()).isEmpty();
  }

  @Test
  void aKilledRunLeavesNoContainer() throws Exception {
    StuckRun stuck = StuckRun.start(new SampleProcess().source("docker"));
    String id = containers().get(0);
    stuck.kill();
    StuckRun.await(() -> !containers().contains(id));
  }

  @Test
  void anImageThatIsNotToBeHadIsAnErrorThatSaysHowToPinAnotherSource() throws Exception {
    SampleProcess.Result result =
        new SampleProcess()
            .setting("vibee.testkit.postgres.image", "localhost:1/none:0")
            .run(DatabaseSample.StaticSample.class)
            .failed();
    assertThat(result.output()).contains("localhost:1/none:0", "vibee.testkit.postgres");
  }
}
