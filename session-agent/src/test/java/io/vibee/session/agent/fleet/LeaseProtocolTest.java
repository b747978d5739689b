package io.vibee.session.agent.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.Lease;
import io.vibee.session.RegisteredAgent;
import io.vibee.session.agent.fleet.Action.Reason;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What an agent may run, and until when, rule by rule; {@link SimulationTest} has all together. */
class LeaseProtocolTest extends ProtocolScenario {
  @Test
  void startsWhatItHasClaimed() {
    runsTwo();
    assertThat(protocol.mayStart(A, at(5))).isTrue();
    assertThat(protocol.mayConnect(A, at(5))).isTrue();
    assertThat(protocol.mayConnect(new Lease("a", 9), at(5))).isFalse();
  }

  @Test
  void stopsAllAtDCountedFromTheSendingOfTheLastConfirmedBeat() {
    runsTwo();
    beat(5, 7, view(SETTLED, 2, 0));
    tick(34.3);
    assertNo(Action.Stop.class);
    assertThat(protocol.mayConnect(A, at(34.41))).isFalse();
    tick(34.41);
    assertThat(answer)
        .contains(new Action.Stop(A, Reason.DEADLINE), new Action.Stop(B, Reason.DEADLINE));
  }

  @Test
  void doesNotMoveDByAnUnknownBeatNorByAClaim() {
    runsTwo();
    protocol.beatUnknown(at(7));
    tick(29.41);
    assertThat(answer).contains(new Action.Stop(A, Reason.DEADLINE));
  }

  @Test
  void registersAgainOnceAllHasClosed() {
    doesNotMoveDByAnUnknownBeatNorByAClaim();
    assertThat(protocol.closed(A, at(30))).isEmpty();
    assertThat(protocol.closed(B, at(30))).containsExactly(new Action.Register());
  }

  @Test
  void endsItsEarlierSelfAtOnce() {
    registersAgainOnceAllHasClosed();
    protocol.registered(at(32), at(32.1), new RegisteredAgent(3, SETTLED, true));
    beat(32.1, 32.2, view(SETTLED, true, List.of(agent(ME, 5, 2), agent(3, 0, 0)), 0));
    assertThat(answer).contains(new Action.End(ME, 5));
  }

  @Test
  void givesUpWhenWhatIsConnectedHasNotClosedInTime() {
    doesNotMoveDByAnUnknownBeatNorByAClaim();
    protocol.closed(A, at(30));
    assertThat(protocol.wakeAt()).isEqualTo(at(34.4).monotonic());
    tick(34.41);
    assertThat(answer).containsExactly(new Action.GiveUp(List.of(B)));
  }

  @Test
  void stopsAllWhenDeclaredDead() {
    runsTwo();
    answer = protocol.beatRefused(at(5.1));
    assertStoppedAsDead();
    tick(10.2);
    assertThat(answer).containsExactly(new Action.GiveUp(List.of(A, B)));
  }

  @Test
  void isDeclaredDeadByAViewThatDoesNotHaveIt() {
    runsTwo();
    beat(5, 5.1, view(SETTLED, true, List.of(other(1, 2)), 0));
    assertStoppedAsDead();
    assertThat(protocol.mayConnect(A, at(5.1))).isFalse();
  }

  private void assertStoppedAsDead() {
    assertThat(answer)
        .containsExactly(
            new Action.Stop(A, Reason.DECLARED_DEAD), new Action.Stop(B, Reason.DECLARED_DEAD));
  }

  @Test
  void connectsNothingWhileTheClocksHaveParted() {
    runsTwo();
    ahead = 20;
    assertThat(protocol.mayConnect(A, at(6))).isFalse();
    protocol.beatConfirmed(
        new Moment(5_000_000_000L, 5_000_000_000L), at(6), view(SETTLED, 2, 0), Set.of());
    assertThat(protocol.mayConnect(A, at(6.1))).isFalse(); // that one was sent before
    beat(6.1, 6.2, view(SETTLED, 2, 0));
    assertThat(protocol.mayConnect(A, at(6.3))).isTrue();
  }

  @Test
  void countsWhatTheWallClockWentAheadWhenTheNextBeatIsUnknown() {
    runsTwo();
    ahead = 25;
    tick(6);
    assertNo(Action.Stop.class);
    answer = protocol.beatUnknown(at(8));
    assertThat(answer).contains(new Action.Stop(A, Reason.DEADLINE));
  }

  @Test
  void startsNothingForOneLAfterAPromotion() {
    runsTwo();
    beat(5, 5.1, view(PROMOTED, 2, 5));
    assertThat(answer).contains(new Action.ReadHeld(ME, 2));
    answered(5.2, new Reply.Leases(List.of(A, B)));
    for (int i = 1; i < 15; i++) beat(5 + 4 * i, 5.1 + 4 * i, view(PROMOTED, 2, 5));
    assertNo(Action.Claim.class);
    tick(65.2);
    assertThat(answer).contains(new Action.Claim(ME, 5, 2));
  }

  @Test
  void doesNotWaitWhenOthersHaveAfterAPromotion() {
    runsTwo();
    beat(5, 5.1, view(PROMOTED, true, List.of(agent(ME, 0, 2)), 5));
    answered(5.2, new Reply.Leases(List.of(A, B)));
    assertThat(answer).contains(new Action.Claim(ME, 5, 2));
  }

  @Test
  void stopsWhatAPromotionHasLostAndKeepsDUntilItIsClosed() {
    runsTwo();
    beat(5, 5.1, view(PROMOTED, 2, 0));
    answered(5.2, new Reply.Leases(List.of(B)));
    assertThat(answer).contains(new Action.Stop(A, Reason.LOST));
    beat(9, 9.1, view(PROMOTED, 1, 0));
    tick(29.41); // by the beat before the promotion, at 0
    assertThat(answer).contains(new Action.Stop(B, Reason.DEADLINE));
  }

  @Test
  void movesDOnceWhatAPromotionHasLostIsClosed() {
    runsTwo();
    beat(5, 5.1, view(PROMOTED, 2, 0));
    answered(5.2, new Reply.Leases(List.of(B)));
    protocol.closed(A, at(5.5));
    beat(9, 9.1, view(PROMOTED, 1, 0));
    tick(38.3);
    assertNo(Action.Stop.class);
  }

  @Test
  void asksAgainForAStartThatWasForbidden() {
    runsTwo();
    assertThat(protocol.notConnected(A, at(6))).containsExactly(new Action.Start(A));
  }

  @Test
  void readsWhatItHoldsOnceAStartOfWhatItHasLostHasConnectedNothing() {
    runsTwo();
    beat(5, 5.1, view(SETTLED, 1, 0));
    assertThat(answer).containsExactly(new Action.ReadHeld(ME, 1));
    answered(5.2, new Reply.Leases(List.of(B)));
    assertThat(answer).containsExactly(new Action.Stop(A, Reason.LOST));
    assertThat(protocol.notConnected(A, at(5.3))).containsExactly(new Action.ReadHeld(ME, 1));
  }
}
