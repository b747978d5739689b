package io.vibee.session.agent.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Fleets under virtual time, fifteen hundred of them in each build. {@code -Dvibee.fleet.seed=N}
 * runs one again and tells all that happens, {@code -Dvibee.fleet.seeds=N} runs more or fewer.
 */
class SimulationTest {
  private static final @Nullable Long ONE = Long.getLong("vibee.fleet.seed");
  private static final int SEEDS = Integer.getInteger("vibee.fleet.seeds", 1_500);

  private static final int CALM = 50;

  /** Within which a protocol that is wrong must be found; most are after a few. */
  private static final int ENOUGH = 600;

  @Test
  void ownsEachSessionOnceAndAgainInTime() {
    assertThat(violations(upTo(SEEDS), Simulation::run)).isEmpty();
  }

  @Test
  @Tag("slow")
  void ownsEachSessionOnceInManyMoreFleets() {
    assertThat(violations(LongStream.range(SEEDS, 10_000), Simulation::run)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void findsWhatIsWrong(Flaw flaw) {
    assertThat(LongStream.range(0, ENOUGH).anyMatch(seed -> finds(seed, flaw))).isTrue();
  }

  @Test
  void quarantinesASessionThatHasKilledThreeOfItsHolders() {
    List<String> violations =
        violations(upTo(CALM), simulation -> new DeadlySession(simulation).run());
    assertThat(violations).isEmpty();
  }

  @Test
  void keepsASessionThatWasRefusedFromEverybodyUntilItIsCleared() {
    assertThat(violations(upTo(CALM), simulation -> new RefusedSession(simulation).run()))
        .isEmpty();
  }

  @Test
  void isTheSameRunForTheSameSeed() {
    assertThat(traced(7)).hasSizeGreaterThan(1_000).isEqualTo(traced(7));
  }

  private static LongStream upTo(int seeds) {
    return ONE == null ? LongStream.range(0, seeds) : LongStream.of(ONE);
  }

  private static List<String> violations(LongStream seeds, Consumer<Simulation> run) {
    return seeds
        .parallel()
        .mapToObj(seed -> violation(seed, run))
        .filter(each -> each != null)
        .toList();
  }

  private static @Nullable String violation(long seed, Consumer<Simulation> run) {
    Simulation simulation = new Simulation(seed, Flaw.NONE, ONE != null);
    try {
      run.accept(simulation);
      return null;
    } catch (Violation e) {
      return "%s%nat %.3f s of seed %d; to see what led to it, run it with -Dvibee.fleet.seed=%d%n%s"
          .formatted(
              e.getMessage(),
              simulation.now() / 1e9,
              seed,
              seed,
              String.join("\n", simulation.trace()));
    }
  }

  private static boolean finds(long seed, Flaw flaw) {
    Simulation simulation = new Simulation(seed, flaw, false);
    try {
      run(simulation);
      return false;
    } catch (Violation e) {
      assertThat(e).hasMessageContaining(flaw.found);
      return true;
    }
  }

  private static void run(Simulation simulation) {
    switch (simulation.flaw) {
      case QUARANTINE_UNTOLD -> new RefusedSession(simulation).run();
      case DEATHS_UNCOUNTED -> new DeadlySession(simulation).run();
      default -> simulation.run();
    }
  }

  private static List<String> traced(long seed) {
    Simulation simulation = new Simulation(seed, Flaw.NONE, true);
    simulation.run();
    return simulation.trace();
  }
}
