package io.vibee.session.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpreadTest {
  @Test
  void ofAnOddNumberHasTheMiddleOne() {
    assertThat(Spread.of(List.of(9.0, 1.0, 4.0))).isEqualTo(new Spread(4, 1, 9));
  }

  @Test
  void ofAnEvenNumberHasTheMeanOfTheMiddleTwo() {
    assertThat(Spread.of(List.of(10.0, 1.0, 4.0, 2.0))).isEqualTo(new Spread(3, 1, 10));
  }

  @Test
  void ofNothingIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> Spread.of(List.of()));
  }

  @Test
  void ratiosAreOfTheSameRound() {
    // A machine that slowed down to a third: the medians' ratio would be 3, or a third.
    assertThat(Spread.ofRatios(List.of(2.0, 6.0, 6.0), List.of(1.0, 3.0, 3.0)))
        .isEqualTo(new Spread(2, 2, 2));
  }

  @Test
  void ratiosAreOfTheRoundsThatBothHad() {
    assertThat(Spread.ofRatios(List.of(8.0), List.of(2.0, 100.0))).isEqualTo(new Spread(4, 4, 4));
  }

  @Test
  void hasThreeDigitsWhateverTheLocale() {
    assertThat(new Spread(1234.4, 12.345, 1.2345).in("ms")).isEqualTo("1,234 ms (12.3–1.23)");
    assertThat(Spread.digits(99.96)).isEqualTo("100");
    assertThat(Spread.digits(9.996)).isEqualTo("10.0");
    assertThat(Spread.digits(0.1)).isEqualTo("0.10");
    assertThat(Spread.digits(0.0123)).isEqualTo("0.0123");
    assertThat(Spread.digits(0.0000149)).isEqualTo("0.0000149");
    assertThat(Spread.digits(0)).isEqualTo("0.00");
  }
}
