package io.vibee.session.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Checks that each mistake is found, by the test that is named after it. */
@Isolated("threads meet within milliseconds")
class MutantsTest {
  /** Leaves out the listeners of this run, which watch it as a whole. */
  private static final LauncherConfig ALONE =
      LauncherConfig.builder()
          .enableLauncherSessionListenerAutoRegistration(false)
          .enableTestExecutionListenerAutoRegistration(false)
          .build();

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void theContractFinds(Mutant mutant) {
    Run run = run(mutant, List.of(selectMethod(mutant.contract(), mutant.test())));
    assertThat(run.failures).as("failures").containsOnlyKeys(mutant.test() + "()");
    assertThat(run.failures.values())
        .as("found by a test, not by an error in it")
        .allMatch(thrown -> thrown instanceof AssertionError);
  }

  @Test
  void theContractsFindNothingWhereThereIsNoMistake() {
    Run run =
        run(
            Mutant.NONE,
            Stream.of(
                    Mutated.Sessions.class,
                    Mutated.Managed.class,
                    Mutated.Keys.class,
                    Mutated.Leases.class,
                    Mutated.Feed.class,
                    Mutated.Unreadable.class)
                .map(contract -> selectClass(contract))
                .toList());
    assertThat(run.failures).isEmpty();
    assertThat(run.passed.get()).as("tests that passed").isGreaterThan(150);
  }

  private static Run run(Mutant mutant, List<? extends DiscoverySelector> tests) {
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(tests)
            .configurationParameter(Mutated.MUTANT, mutant.name())
            .build();
    Run run = new Run();
    LauncherFactory.create(ALONE).execute(request, run);
    return run;
  }

  private static final class Run implements TestExecutionListener {
    final Map<String, Throwable> failures = new ConcurrentHashMap<>();
    final AtomicInteger passed = new AtomicInteger();

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
      result.getThrowable().ifPresent(thrown -> failures.put(test.getDisplayName(), thrown));
      if (test.isTest() && result.getThrowable().isEmpty()) passed.incrementAndGet();
    }
  }
}
