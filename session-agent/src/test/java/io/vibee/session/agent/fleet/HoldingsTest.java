package io.vibee.session.agent.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.Lease;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HoldingsTest {
  private static final long TIMELINE = 1;
  private static final Lease A = lease("a", 1);
  private static final Lease B = lease("b", 1);
  private static final Lease C = lease("c", 1);

  private final Holdings holdings = new Holdings();

  private static Lease lease(String session, long number) {
    return new Lease(session, (TIMELINE << 40) + number);
  }

  private void runs(Lease... leases) {
    assertThat(holdings.add(List.of(leases))).isTrue();
    assertThat(holdings.start(TIMELINE)).containsExactly(leases);
  }

  private void givesBack(Lease lease) {
    runs(lease);
    holdings.close(lease);
    holdings.closed(lease);
    assertThat(holdings.giveBack(10)).containsExactly(lease);
  }

  @Test
  void startsEachLeaseOnce() {
    runs(A, B);
    assertThat(holdings.start(TIMELINE)).isEmpty();
    assertThat(holdings.isOpen(A)).isTrue();
    assertThat(holdings.isOpen(lease("a", 2))).isFalse();
    assertThat(holdings.connectedLeases()).containsExactly(A, B);
  }

  @Test
  void startsNothingThatALaterTimelineGave() {
    Lease later = new Lease("a", (2L << 40) + 1);
    holdings.add(List.of(later));
    assertThat(holdings.start(TIMELINE)).isEmpty();
    assertThat(holdings.start(2)).containsExactly(later);
  }

  @Test
  void startsAgainWhatHasConnectedNothing() {
    runs(A);
    assertThat(holdings.notConnected(A)).isFalse();
    assertThat(holdings.start(TIMELINE)).containsExactly(A);
  }

  @Test
  void givesBackOnlyWhatIsClosed() {
    runs(A);
    assertThat(holdings.close(A)).isTrue();
    assertThat(holdings.close(A)).isFalse();
    assertThat(holdings.giveBack(10)).isEmpty();
    assertThat(holdings.isOpen(A)).isFalse();
    assertThat(holdings.closed(A)).isFalse();
    assertThat(holdings.giveBack(10)).containsExactly(A);
    assertThat(holdings.start(TIMELINE)).isEmpty();
  }

  @Test
  void givesBackAtOnceWhatWasNeverStarted() {
    holdings.add(List.of(A));
    assertThat(holdings.close(A)).isFalse();
    assertThat(holdings.giveBack(10)).containsExactly(A);
  }

  @Test
  void givesBackWhatItsHandlerHasClosedUnasked() {
    runs(A);
    holdings.closed(A);
    assertThat(holdings.giveBack(10)).containsExactly(A);
  }

  @Test
  void neverRunsAgainUnderATokenThatMayHaveBeenGivenBack() {
    givesBack(A);
    assertThat(holdings.reconcile(List.of(A))).isEmpty();
    assertThat(holdings.start(TIMELINE)).isEmpty();
    assertThat(holdings.giveBack(10)).containsExactly(A);
  }

  @Test
  void neverRunsAgainUnderATokenThatWasGivenBack() {
    givesBack(A);
    holdings.released(List.of(A), List.of(A));
    assertThat(holdings.size()).isZero();
    holdings.add(List.of(A));
    assertThat(holdings.start(TIMELINE)).isEmpty();
    assertThat(holdings.giveBack(10)).containsExactly(A);
  }

  @Test
  void neverRunsAgainUnderATokenThoughAnEarlierOneWasGivenBackAfterIt() {
    Lease later = lease("a", 2);
    givesBack(later);
    holdings.released(List.of(later), List.of(later));
    holdings.add(List.of(A));
    assertThat(holdings.giveBack(10)).containsExactly(A);
    holdings.released(List.of(A), List.of(A));
    holdings.add(List.of(later));
    assertThat(holdings.start(TIMELINE)).isEmpty();
  }

  @Test
  void runsAgainUnderALaterToken() {
    givesBack(A);
    holdings.released(List.of(A), List.of(A));
    runs(lease("a", 2));
  }

  @Test
  void keepsWhatWasNotReleasedBehindWhatWaits() {
    runs(A, B, C);
    holdings.closed(A);
    holdings.closed(B);
    assertThat(holdings.giveBack(10)).containsExactly(A, B);
    holdings.closed(C);
    holdings.released(List.of(A, B), List.of(B));
    assertThat(holdings.size()).isEqualTo(2);
    assertThat(holdings.giveBack(1)).containsExactly(C);
    assertThat(holdings.giveBack(10)).containsExactly(C, A);
  }

  @Test
  void closesWhatItHasLostAndForgetsItThen() {
    runs(A, B);
    assertThat(holdings.reconcile(List.of(B))).containsExactly(A);
    assertThat(holdings.hasLost()).isTrue();
    assertThat(holdings.reconcile(List.of(B))).isEmpty();
    assertThat(holdings.closed(A)).isTrue();
    assertThat(holdings.hasLost()).isFalse();
    assertThat(holdings.giveBack(10)).isEmpty();
    assertThat(holdings.connectedLeases()).containsExactly(B);
  }

  @Test
  void forgetsAtOnceWhatIsLostAndNotConnected() {
    holdings.add(List.of(A));
    assertThat(holdings.reconcile(List.of())).isEmpty();
    assertThat(holdings.size()).isZero();
    assertThat(holdings.hasLost()).isFalse();
  }

  @Test
  void hasNoRoomForALeaseWhileAnOlderOneOfTheSessionIsConnected() {
    runs(A);
    Lease later = lease("a", 2);
    assertThat(holdings.add(List.of(later))).isFalse();
    assertThat(holdings.reconcile(List.of(later))).containsExactly(A);
    assertThat(holdings.notConnected(A)).isTrue(); // lost: who drives it reads again
    assertThat(holdings.reconcile(List.of(later))).isEmpty();
    assertThat(holdings.start(TIMELINE)).containsExactly(later);
  }

  @Test
  void givesBackOnlyOnceTheQuarantineIsKnown() {
    runs(A, B);
    holdings.fatal(A, "why", 0, 0);
    holdings.closed(A);
    holdings.closed(B);
    assertThat(holdings.giveBack(10)).containsExactly(B);
    assertThat(holdings.quarantine(7)).isEqualTo(new Action.Quarantine(7, A, "why"));
    holdings.quarantined(A);
    assertThat(holdings.quarantine(7)).isNull();
    assertThat(holdings.giveBack(10)).contains(A);
  }

  @Test
  void keepsWhatIsConnectedWhenAllIsLost() {
    runs(A);
    holdings.add(List.of(B));
    holdings.loseAll();
    assertThat(holdings.size()).isEqualTo(1);
    assertThat(holdings.hasLost()).isTrue();
    assertThat(holdings.connectedLeases()).containsExactly(A);
    assertThat(holdings.closed(A)).isTrue();
    assertThat(holdings.size()).isZero();
  }

  @Test
  void closesAsManyAsAreAskedFor() {
    runs(A);
    holdings.add(List.of(B, C));
    assertThat(holdings.kept()).isEqualTo(3);
    assertThat(holdings.closeSome(2)).containsExactly(A); // and B, which is not connected
    assertThat(holdings.kept()).isEqualTo(1);
    assertThat(holdings.giveBack(10)).containsExactly(B);
  }

  @Test
  void agreesWithANaiveModelWhateverHappens() {
    for (int seed = 0; seed < 100; seed++) new NaiveHoldings(new Random(seed)).compare(200);
  }
}
