package io.vibee.session.agent.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.MisconfiguredException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FleetSettingsTest {
  @Test
  void suggestsWhatIsValid() {
    FleetSettings suggested = FleetSettings.suggested(100);
    assertThat(suggested.silence()).isEqualTo(Duration.ofSeconds(60));
    assertThat(suggested.useNanos()).isEqualTo(Duration.ofMillis(29_400).toNanos());
  }

  @Test
  void saysWhatToChangeWhenTheSilenceIsTooShort() {
    assertThatThrownBy(() -> settings(47, 0.01))
        .isInstanceOf(MisconfiguredException.class)
        .hasMessage(
            "a silence of 47 s is too short to close all sessions before others take them: raise it"
                + " to 47475 ms (linger 25 s, stop 5 s, three beats of 5 s, statement timeout 2 s,"
                + " and the drift), or lower one of those");
  }

  @Test
  void acceptsTheShortestSilence() {
    assertThat(settings(47, 0).silence()).isEqualTo(Duration.ofSeconds(47));
  }

  @Test
  void refusesClocksThatDifferTooMuch() {
    assertThatThrownBy(() -> settings(600, 0.1)).hasMessageContaining("drift is 0.1");
    assertThatThrownBy(() -> settings(600, Double.NaN)).hasMessageContaining("drift is NaN");
  }

  private static FleetSettings settings(int silence, double drift) {
    return new FleetSettings(
        Duration.ofSeconds(5),
        Duration.ofSeconds(silence),
        Duration.ofSeconds(5),
        Duration.ofSeconds(25),
        drift,
        Duration.ofSeconds(2),
        Duration.ofSeconds(1),
        10,
        10,
        10,
        WaveSettings.GENTLE);
  }
}
