package io.vibee.session.reference;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LoadProgressTest {
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private long now = Long.MAX_VALUE - 1;

  @Test
  void printsNothingForTheFirstSeconds() {
    LoadProgress progress = new LoadProgress(new PrintStream(err, true, UTF_8), () -> now);
    for (int second = 1; second <= 5; second++) {
      now += Duration.ofSeconds(1).toNanos();
      progress.accept(second * 1000L);
    }
    assertThat(err.toString(UTF_8).lines())
        .containsExactly(
            "loading goes on: 3000 sessions so far",
            "loading goes on: 4000 sessions so far",
            "loading goes on: 5000 sessions so far");
  }
}
