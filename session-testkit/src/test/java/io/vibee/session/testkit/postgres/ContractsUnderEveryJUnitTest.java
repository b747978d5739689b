package io.vibee.session.testkit.postgres;

import io.vibee.session.testkit.samples.ContractSample;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the contracts, extended in another package, under each JUnit version that they support. */
@Tag("slow")
class ContractsUnderEveryJUnitTest {
  private static final int TESTS = 265;

  @ParameterizedTest
  @ValueSource(strings = {"oldest", "later", "newest"})
  void findsAndRunsEveryTest(String junit) throws Exception {
    new SampleProcess()
        .withJUnit(junit)
        .run(
            ContractSample.class,
            ContractSample.ManagedSample.class,
            ContractSample.KeysSample.class,
            ContractSample.LeasesSample.class,
            ContractSample.FeedSample.class,
            ContractSample.UnreadableSample.class)
        .passed(TESTS);
  }
}
