package io.vibee.session.agent.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** D is 29.4 s after a beat was sent, and all has to be closed 5 s later. */
class DeadlineTest {
  private final Deadline deadline = new Deadline(FleetSettings.suggested(100), at(10));

  /** What the wall clock is ahead of the other one, in seconds. */
  private double ahead;

  private Moment at(double seconds) {
    return new Moment((long) (seconds * 1e9), (long) ((seconds + ahead) * 1e9));
  }

  private void assertAt(double seconds) {
    assertThat(deadline.at()).isEqualTo(Math.round(seconds * 1e9));
    assertThat(deadline.end()).isEqualTo(Math.round((seconds + 5) * 1e9));
  }

  /** Lets the wall clock jump, and the agent look. */
  private void jump(double seconds, double now) {
    ahead += seconds;
    assertThat(deadline.look(at(now))).isTrue();
    assertThat(deadline.isSuspect()).isTrue();
  }

  @Test
  void countsFromTheRegistration() {
    assertAt(39.4);
    assertThat(deadline.isSuspect()).isFalse();
  }

  @Test
  void countsFromTheSendingOfTheLastConfirmedBeat() {
    deadline.confirmed(at(15));
    assertAt(44.4);
  }

  @Test
  void staysWhereItIsWhenAnOutcomeIsUnknown() {
    deadline.unknown();
    assertAt(39.4);
  }

  @Test
  void takesClocksThatAreSlewedForThoseThatGo() {
    for (int second = 11; second < 20; second++) {
      ahead += 0.2;
      assertThat(deadline.look(at(second))).isFalse();
    }
    assertThat(deadline.isSuspect()).isFalse();
  }

  @Test
  void suspectsAJumpEitherWay() {
    jump(0.3, 12);
    assertThat(deadline.look(at(13))).isFalse();
    assertThat(deadline.isSuspect()).isTrue();
    deadline.confirmed(at(13));
    assertThat(deadline.isSuspect()).isFalse();
    jump(-3_600, 14);
  }

  @Test
  void trustsOnlyABeatThatWasSentAfterTheJump() {
    Moment before = at(15);
    jump(20, 16);
    deadline.confirmed(before);
    assertThat(deadline.isSuspect()).isTrue();
    assertAt(39.4);
    deadline.confirmed(at(17));
    assertThat(deadline.isSuspect()).isFalse();
    assertAt(46.4);
  }

  @Test
  void takesTheJumpForTimeThatHasPassedWhenTheNextOutcomeIsUnknown() {
    jump(20, 16);
    assertAt(39.4);
    deadline.unknown();
    assertAt(19.4);
    deadline.unknown();
    assertAt(19.4);
    deadline.confirmed(at(18));
    assertAt(47.4);
  }

  @Test
  void addsJumpsUpAndLeavesOutThoseBack() {
    jump(4, 12);
    jump(-3, 13);
    jump(5, 14);
    deadline.unknown();
    assertAt(30.4);
  }

  @Test
  void isNowWhenTheAgentIsDeclaredDead() {
    deadline.declaredDead(at(20));
    assertAt(20);
  }

  @Test
  void isNotPutOffByBeingDeclaredDead() {
    jump(25, 12);
    deadline.unknown();
    deadline.declaredDead(at(20));
    assertAt(14.4);
  }
}
