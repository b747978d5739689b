package io.vibee.session.agent.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.RegisteredAgent;
import io.vibee.session.agent.fleet.Action.Reason;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What an agent asks of the database, and what it makes of the answers. */
class LeaseOperationsTest extends ProtocolScenario {
  @Test
  void endsAPeerWhoseBeatItHasSeenUnchangedForThePeersL() {
    beat(0, 0.1, view(SETTLED, 0, 0, other(5, 4)));
    for (int i = 1; i <= 14; i++) beat(4 * i, 4 * i + 0.1, view(SETTLED, 0, 0, other(5, 4)));
    assertThat(protocol.silentFor(at(56.1))).isEqualTo(4_000_000_000L);
    tick(60.05);
    assertNo(Action.End.class);
    tick(60.1);
    assertThat(answer).contains(new Action.End(OTHER, 5));
    answered(60.2, new Reply.Done(true));
    assertThat(answer).contains(new Action.Claim(ME, 4, 1));
  }

  @Test
  void countsFromTheStartWhenAPeersBeatChanges() {
    beat(0, 0.1, view(SETTLED, 0, 0, other(5, 4)));
    for (int i = 1; i <= 14; i++) beat(4 * i, 4 * i + 0.1, view(SETTLED, 0, 0, other(6, 4)));
    tick(60.1);
    assertNo(Action.End.class);
  }

  @Test
  void endsAPeerOnThisMachineWhoseProcessIsGoneAtOnce() {
    answer =
        protocol.beatConfirmed(at(0), at(0.1), view(SETTLED, 0, 0, other(5, 4)), Set.of(OTHER));
    assertThat(answer).contains(new Action.End(OTHER, 5));
  }

  @Test
  void readsWhatItHoldsAfterAnUnknownClaimAndRunsIt() {
    beat(0, 0.1, view(SETTLED, 0, 2));
    answered(2.1, new Reply.Unknown());
    tick(3.2);
    assertThat(answer).contains(new Action.ReadHeld(ME, 1));
    answered(3.3, new Reply.Leases(List.of(A)));
    assertThat(answer).contains(new Action.Start(A));
  }

  @Test
  void takesNothingFromAClaimThatIsAnsweredAfterD() {
    beat(0, 0.1, view(SETTLED, 0, 2));
    tick(29.41);
    answered(29.5, new Reply.Leases(List.of(A)));
    assertThat(answer).containsExactly(new Action.Register());
    answer = protocol.registered(at(29.5), at(29.6), new RegisteredAgent(3, SETTLED, true));
    assertNo(Action.Start.class);
    beat(29.6, 29.7, view(SETTLED, true, List.of(agent(3, 0, 0)), 0));
    assertNo(Action.Start.class);
  }

  @Test
  void readsWhatItHoldsWhenTheDatabaseCountsDifferently() {
    beat(0, 0.1, view(SETTLED, 0, 0));
    tick(5);
    beat(5, 5.1, view(SETTLED, 1, 0));
    assertThat(answer).contains(new Action.ReadHeld(ME, 1));
  }

  @Test
  void looksAgainWhenAReadingIsRefusedOnAnotherTimeline() {
    readsWhatItHoldsWhenTheDatabaseCountsDifferently();
    answered(5.2, new Reply.Elsewhere());
    assertBeats();
  }

  @Test
  void releasesOnlyWhatTheHandlerHasClosed() {
    runsTwo();
    answer = protocol.drain(at(5));
    assertThat(answer)
        .containsExactly(new Action.Stop(A, Reason.DRAINING), new Action.Stop(B, Reason.DRAINING));
    answer = protocol.closed(B, at(6));
    assertThat(answer).containsExactly(new Action.Release(ME, List.of(B)));
    answered(6.1, new Reply.Leases(List.of(B)));
    assertThat(answer).isEmpty();
    protocol.closed(A, at(7));
    answered(7.1, new Reply.Leases(List.of(A)));
    assertThat(answer).containsExactly(new Action.Leave(ME));
    answered(7.2, new Reply.Done(true));
    assertThat(protocol.isDone()).isTrue();
  }

  @Test
  void releasesAgainSoonWhatSomebodyWasChanging() {
    releasesB();
    protocol.closed(A, at(6.05));
    answered(6.1, new Reply.Leases(List.of()));
    assertThat(answer).containsExactly(new Action.ReadHeld(ME, 1));
    answered(6.2, new Reply.Leases(List.of(A, B)));
    assertThat(answer).isEmpty();
    assertThat(protocol.wakeAt()).isEqualTo(at(7.1).monotonic());
    tick(7.1);
    assertThat(answer).containsExactly(new Action.Release(ME, List.of(A, B)));
  }

  @Test
  void forgetsWhatWasNotReleasedSinceItIsAnothers() {
    releasesB();
    answered(6.1, new Reply.Leases(List.of()));
    answered(6.2, new Reply.Leases(List.of(A)));
    protocol.closed(A, at(6.3));
    tick(7.2);
    assertThat(answer).containsExactly(new Action.Release(ME, List.of(A)));
  }

  private void releasesB() {
    runsTwo();
    protocol.drain(at(5));
    assertThat(protocol.closed(B, at(6))).containsExactly(new Action.Release(ME, List.of(B)));
  }

  @Test
  void looksForWhatItStillHoldsWhenItCannotLeave() {
    beat(0, 0.1, view(SETTLED, 0, 0));
    answer = protocol.drain(at(1));
    assertThat(answer).containsExactly(new Action.Leave(ME));
    answered(1.1, new Reply.Done(false));
    assertThat(answer).isEmpty();
    assertThat(protocol.isDone()).isFalse();
    assertThat(protocol.wakeAt()).isEqualTo(at(2.1).monotonic());
    tick(2.1);
    assertThat(answer).containsExactly(new Action.ReadHeld(ME, 1));
    answered(2.2, new Reply.Leases(List.of(C)));
    assertThat(answer).containsExactly(new Action.Release(ME, List.of(C)));
    answered(2.3, new Reply.Leases(List.of(C)));
    assertThat(answer).containsExactly(new Action.Leave(ME));
  }

  @Test
  void neverRunsAgainUnderATokenThatItHasGivenBack() {
    runsTwo();
    beat(5, 5.1, wants(view(SETTLED, 2, 0), "a"));
    answer = protocol.closed(A, at(5.2));
    assertThat(answer).containsExactly(new Action.Release(ME, List.of(A)));
    answered(7.2, new Reply.Unknown());
    tick(8.3);
    assertThat(answer).contains(new Action.ReadHeld(ME, 1));
    answered(8.4, new Reply.Leases(List.of(A, B)));
    assertThat(answer).containsExactly(new Action.Release(ME, List.of(A)));
  }

  @Test
  void closesWhatAnotherAgentAsksFor() {
    runsTwo();
    beat(5, 5.1, wants(view(SETTLED, 2, 0), "a"));
    assertThat(answer).containsExactly(new Action.Stop(A, Reason.WANTED));
  }

  @Test
  void handsOverItsSurplusWhenAnotherHasTooFew() {
    runsTwo();
    beat(5, 5.1, tooMany());
    assertThat(answer).containsExactly(new Action.Stop(A, Reason.SURPLUS));
  }

  @Test
  void quarantinesBeforeItReleases() {
    quarantinesA();
    assertThat(protocol.closed(A, at(6.1))).isEmpty();
    answered(6.2, new Reply.Done(true));
    assertThat(answer).containsExactly(new Action.Release(ME, List.of(A)));
  }

  @Test
  void readsWhatItHoldsWhenItCannotQuarantine() {
    quarantinesA();
    answered(6.2, new Reply.Done(false));
    assertThat(answer).containsExactly(new Action.ReadHeld(ME, 1));
  }

  private void quarantinesA() {
    runsTwo();
    answer = protocol.fatal(A, "AUTH_KEY_DUPLICATED", at(6));
    assertThat(answer)
        .containsExactly(
            new Action.Stop(A, Reason.FATAL), new Action.Quarantine(ME, A, "AUTH_KEY_DUPLICATED"));
  }
}
