package io.vibee.session.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BackOffTest {
  @Test
  void doublesUpToItsBoundAndStartsAgain() {
    BackOff backOff = new BackOff(Duration.ofSeconds(60), () -> 0);
    assertThat(seconds(backOff, 8)).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L);
    backOff.reset();
    assertThat(seconds(backOff, 1)).containsExactly(1L);
  }

  @Test
  void isUpToAHalfShorterByChance() {
    BackOff backOff = new BackOff(Duration.ofSeconds(60), () -> 1);
    assertThat(backOff.next()).isEqualTo(Duration.ofMillis(500));
    assertThat(backOff.next()).isEqualTo(Duration.ofSeconds(1));
  }

  private static List<Long> seconds(BackOff backOff, int times) {
    return Stream.generate(backOff::next).limit(times).map(Duration::toSeconds).toList();
  }
}
