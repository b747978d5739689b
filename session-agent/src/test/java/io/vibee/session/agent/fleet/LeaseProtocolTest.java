package io.vibee.session.agent.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.agent.fleet.Action.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The rules, one by one; {@link SimulationTest} has them together. D is 29.4 s after a beat. */
class LeaseProtocolTest {
  private static final long ME = 1;
  private static final long OTHER = 2;
  private static final Duration L = Duration.ofSeconds(60);
  private static final World SETTLED = new World(7, 1, true);
  private static final World PROMOTED = new World(8, 2, false);
  private static final Lease A = new Lease("a", (1L << 40) + 1);
  private static final Lease B = new Lease("b", (1L << 40) + 1);

  private final LeaseProtocol protocol =
      new LeaseProtocol(FleetSettings.suggested(100), new Random(1));

  /** What the wall clock is ahead of the other one, in seconds. */
  private double ahead;

  private List<Action> answer = List.of();

  @BeforeEach
  void registers() {
    assertThat(protocol.tick(at(0))).containsExactly(new Action.Register());
    answer = protocol.registered(at(0), at(0), ME, SETTLED);
    assertBeats();
  }

  private Moment at(double seconds) {
    return new Moment((long) (seconds * 1e9), (long) ((seconds + ahead) * 1e9));
  }

  private static Peer me(int held) {
    return new Peer(ME, 0, L, 1, 100, held, Peer.State.TAKING);
  }

  private static Peer other(long beat, int held) {
    return new Peer(OTHER, beat, L, 1, 100, held, Peer.State.TAKING);
  }

  private static FleetView view(World world, int held, int free, Peer... peers) {
    return new FleetView(world, me(held), List.of(peers), 10, free, Set.of());
  }

  private void beat(double sent, double arrived, FleetView view) {
    answer = protocol.beatConfirmed(at(sent), at(arrived), view, Set.of());
  }

  private void tick(double time) {
    answer = protocol.tick(at(time));
  }

  private void answered(double time, Reply reply) {
    answer = protocol.answered(at(time), reply);
  }

  private void assertBeats() {
    assertThat(answer).anyMatch(action -> action instanceof Action.Beat);
  }

  /** Claims and starts two sessions by 0.3 s, and has sent its next beat at 5 s. */
  private void runsTwo() {
    beat(0, 0.1, view(SETTLED, 0, 2));
    assertThat(answer).contains(new Action.Claim(ME, 2, 1));
    answered(0.3, new Reply.Leases(List.of(A, B)));
    assertThat(answer).contains(new Action.Start(A), new Action.Start(B));
    tick(5);
    assertBeats();
  }

  @Test
  void startsWhatItHasClaimed() {
    runsTwo();
    assertThat(protocol.mayConnect(A, at(5))).isTrue();
    assertThat(protocol.mayConnect(new Lease("a", 9), at(5))).isFalse();
  }

  @Test
  void stopsAllAtDCountedFromTheSendingOfTheLastConfirmedBeat() {
    runsTwo();
    beat(5, 7, view(SETTLED, 2, 0));
    tick(34.3);
    assertThat(answer).noneMatch(action -> action instanceof Action.Stop);
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
    protocol.registered(at(32), at(32.1), 3, SETTLED);
    beat(32.1, 32.2, new FleetView(SETTLED, me(0), List.of(peer(ME, 5)), 2, 0, Set.of()));
    assertThat(answer).contains(new Action.End(ME, 5));
  }

  private static Peer peer(long id, long beat) {
    return new Peer(id, beat, L, 1, 100, 2, Peer.State.TAKING);
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
    assertThat(answer)
        .containsExactly(
            new Action.Stop(A, Reason.DECLARED_DEAD), new Action.Stop(B, Reason.DECLARED_DEAD));
    tick(10.2);
    assertThat(answer).containsExactly(new Action.GiveUp(List.of(A, B)));
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
    assertThat(answer).noneMatch(action -> action instanceof Action.Stop);
    answer = protocol.beatUnknown(at(8));
    assertThat(answer).contains(new Action.Stop(A, Reason.DEADLINE));
  }

  @Test
  void endsAPeerWhoseBeatItHasSeenUnchangedForThePeersL() {
    beat(0, 0.1, view(SETTLED, 0, 0, other(5, 4)));
    for (int i = 1; i <= 14; i++) beat(4 * i, 4 * i + 0.1, view(SETTLED, 0, 0, other(5, 4)));
    assertThat(protocol.silentFor(at(56.1))).isEqualTo(4_000_000_000L);
    tick(60.05);
    assertThat(answer).noneMatch(action -> action instanceof Action.End);
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
    assertThat(answer).noneMatch(action -> action instanceof Action.End);
  }

  @Test
  void endsAPeerOnThisMachineWhoseProcessIsGoneAtOnce() {
    answer =
        protocol.beatConfirmed(at(0), at(0.1), view(SETTLED, 0, 0, other(5, 4)), Set.of(OTHER));
    assertThat(answer).contains(new Action.End(OTHER, 5));
  }

  @Test
  void startsNothingForOneLAfterAPromotion() {
    runsTwo();
    beat(5, 5.1, view(PROMOTED, 2, 5));
    assertThat(answer).contains(new Action.ReadHeld(ME, 2));
    answered(5.2, new Reply.Leases(List.of(A, B)));
    for (int i = 1; i < 15; i++) beat(5 + 4 * i, 5.1 + 4 * i, view(PROMOTED, 2, 5));
    assertThat(answer).noneMatch(action -> action instanceof Action.Claim);
    tick(65.2);
    assertThat(answer).contains(new Action.Claim(ME, 5, 2));
  }

  @Test
  void doesNotWaitWhenOthersHaveAfterAPromotion() {
    runsTwo();
    beat(5, 5.1, view(new World(8, 2, true), 2, 5));
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
    assertThat(answer).noneMatch(action -> action instanceof Action.Stop);
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
    answer = protocol.registered(at(29.5), at(29.6), 3, SETTLED);
    assertThat(answer).noneMatch(action -> action instanceof Action.Start);
    beat(29.6, 29.7, view(SETTLED, 0, 0));
    assertThat(answer).noneMatch(action -> action instanceof Action.Start);
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
    answered(6.1, new Reply.Done(true));
    assertThat(answer).isEmpty();
    protocol.closed(A, at(7));
    answered(7.1, new Reply.Done(true));
    assertThat(answer).containsExactly(new Action.Leave(ME));
    answered(7.2, new Reply.Done(true));
    assertThat(protocol.isDone()).isTrue();
  }

  @Test
  void neverRunsAgainUnderATokenThatItHasGivenBack() {
    runsTwo();
    protocol.beatConfirmed(at(5), at(5.1), wants("a"), Set.of());
    answer = protocol.closed(A, at(5.2));
    assertThat(answer).containsExactly(new Action.Release(ME, List.of(A)));
    answered(7.2, new Reply.Unknown());
    tick(8.3);
    assertThat(answer).contains(new Action.ReadHeld(ME, 1));
    answered(8.4, new Reply.Leases(List.of(A, B)));
    assertThat(answer).containsExactly(new Action.Release(ME, List.of(A)));
  }

  private static FleetView wants(String session) {
    return new FleetView(SETTLED, me(2), List.of(), 10, 0, Set.of(session));
  }

  @Test
  void closesWhatAnotherAgentAsksFor() {
    runsTwo();
    answer = protocol.beatConfirmed(at(5), at(5.1), wants("a"), Set.of());
    assertThat(answer).containsExactly(new Action.Stop(A, Reason.WANTED));
  }

  @Test
  void handsOverItsSurplusWhenAnotherHasTooFew() {
    runsTwo();
    FleetView view = new FleetView(SETTLED, me(2), List.of(other(1, 0)), 2, 0, Set.of());
    answer = protocol.beatConfirmed(at(5), at(5.1), view, Set.of());
    assertThat(answer).containsExactly(new Action.Stop(A, Reason.SURPLUS));
  }

  @Test
  void quarantinesBeforeItReleases() {
    runsTwo();
    answer = protocol.fatal(A, "AUTH_KEY_DUPLICATED", at(6));
    assertThat(answer)
        .containsExactly(
            new Action.Stop(A, Reason.FATAL), new Action.Quarantine(A, "AUTH_KEY_DUPLICATED"));
    assertThat(protocol.closed(A, at(6.1))).isEmpty();
    answered(6.2, new Reply.Done(true));
    assertThat(answer).containsExactly(new Action.Release(ME, List.of(A)));
  }

  @Test
  void asksAgainForAStartThatWasForbidden() {
    runsTwo();
    assertThat(protocol.notConnected(A, at(6))).containsExactly(new Action.Start(A));
  }
}
