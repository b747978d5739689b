package io.vibee.session.agent.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.agent.fleet.Action.Reason;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** While the fleet is stopped, what runs goes on, and nothing else is started. */
class BrakeTest extends ProtocolScenario {
  @Test
  void claimsNothingWhileTheFleetIsStopped() {
    beat(0, 0.1, stopped(view(SETTLED, 0, 5)));
    assertThat(answer).isEmpty();
    tick(5);
    beat(5, 5.1, view(SETTLED, 0, 5));
    assertThat(answer).containsExactly(new Action.Claim(ME, 5, 1));
  }

  @Test
  void claimsNoOrphansWhileTheFleetIsStopped() {
    answer =
        protocol.beatConfirmed(
            at(0), at(0.1), stopped(view(SETTLED, 0, 0, other(5, 4))), Set.of(OTHER));
    assertThat(answer).containsExactly(new Action.End(OTHER, 5));
    answered(0.2, new Reply.Done(true));
    assertThat(answer).isEmpty();
  }

  @Test
  void startsWhatItHasClaimedOnlyOnceTheFleetGoesOn() {
    beat(0, 0.1, view(SETTLED, 0, 2));
    assertThat(answer).containsExactly(new Action.Claim(ME, 2, 1));
    tick(5);
    beat(5, 5.1, stopped(view(SETTLED, 0, 0)));
    answered(5.2, new Reply.Leases(List.of(A, B)));
    assertThat(answer).isEmpty();
    tick(10);
    beat(10, 10.1, view(SETTLED, 2, 0));
    assertThat(answer).containsExactly(new Action.Start(A), new Action.Start(B));
  }

  @Test
  void forbidsAStartThatTheBrakeHasOvertakenAndKeepsWhatRuns() {
    runsTwo();
    beat(5, 5.1, stopped(view(SETTLED, 2, 0)));
    assertThat(answer).isEmpty();
    assertThat(protocol.mayStart(A, at(5.2))).isFalse();
    assertThat(protocol.mayConnect(B, at(5.2))).isTrue();
    assertThat(protocol.notConnected(A, at(5.2))).isEmpty();
    tick(10);
    beat(10, 10.1, view(SETTLED, 2, 0));
    assertThat(answer).containsExactly(new Action.Start(A));
  }

  @Test
  void handsOverNothingWhileTheFleetIsStopped() {
    runsTwo();
    beat(5, 5.1, stopped(wants(tooMany(), "a")));
    assertThat(answer).isEmpty();
    tick(10);
    beat(10, 10.1, tooMany());
    assertThat(answer).containsExactly(new Action.Stop(A, Reason.SURPLUS));
  }

  @Test
  void letsGoOfAllThoughTheFleetIsStoppedWhenItIsToEnd() {
    runsTwo();
    beat(5, 5.1, stopped(view(SETTLED, 2, 0)));
    assertThat(protocol.drain(at(6)))
        .containsExactly(new Action.Stop(A, Reason.DRAINING), new Action.Stop(B, Reason.DRAINING));
  }
}
