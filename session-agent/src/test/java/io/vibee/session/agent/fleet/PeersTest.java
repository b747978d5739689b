package io.vibee.session.agent.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.AgentMark;
import io.vibee.session.AgentRegistration;
import io.vibee.session.FleetAgent;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PeersTest {
  private static final long SECONDS = 1_000_000_000L;
  private static final int SILENCE = 60;

  private final Peers peers = new Peers();

  private static FleetAgent peer(long id, long beat) {
    return peer(id, beat, SILENCE, 7);
  }

  private static FleetAgent peer(long id, long beat, int silence, int held) {
    AgentRegistration its =
        AgentRegistration.builder("peer", Duration.ofSeconds(silence), 100).build();
    return new FleetAgent(id, beat, AgentMark.TAKING, held, 0, false, its);
  }

  private void see(int second, FleetAgent... those) {
    peers.see(List.of(those), Set.of(), second * SECONDS);
  }

  private void assertDue(int second, long id) {
    assertThat(peers.due(second * SECONDS - 1)).isNull();
    assertThat(due(second * SECONDS)).isEqualTo(id);
    assertThat(peers.nextDue()).isEqualTo(second * SECONDS);
  }

  private long due(long time) {
    FleetAgent due = peers.due(time);
    return due == null ? -1 : due.agentId();
  }

  private List<Long> heardSince(int second) {
    return peers.heardSince(second * SECONDS).stream().map(FleetAgent::agentId).toList();
  }

  @Test
  void endsWhoWasSeenUnchangedForItsOwnSilence() {
    see(10, peer(1, 5, 40, 7));
    see(30, peer(1, 5, 40, 7));
    assertDue(50, 1);
  }

  @Test
  void countsAgainFromEachBeatThatIsAnother() {
    see(10, peer(1, 5));
    see(30, peer(1, 6));
    assertDue(90, 1);
    see(40, peer(1, 5)); // random: an earlier one is a sign of life, too
    assertDue(100, 1);
  }

  @Test
  void takesTheFirstThatIsDue() {
    see(10, peer(1, 5), peer(2, 5, 20, 7), peer(3, 5));
    assertDue(30, 2);
  }

  @Test
  void forgetsWhoIsNotThereAnyMore() {
    see(10, peer(1, 5));
    see(30);
    assertThat(peers.nextDue()).isEqualTo(Long.MAX_VALUE);
    see(40, peer(1, 5));
    assertDue(100, 1);
  }

  @Test
  void observesFromTheStartAfterAReset() {
    see(10, peer(1, 5));
    peers.reset();
    assertThat(peers.due(Long.MAX_VALUE)).isNull();
    see(40, peer(1, 5));
    assertDue(100, 1);
  }

  @Test
  void endsAtOnceWhoseProcessIsGone() {
    peers.see(List.of(peer(1, 5), peer(2, 5)), Set.of(2L), 10 * SECONDS);
    assertThat(due(0)).isEqualTo(2);
    assertThat(heardSince(0)).containsExactly(1L);
    assertThat(peers.heldBySilent(0)).isEqualTo(7);
  }

  @Test
  void endsAtOnceWhatThisProcessWasBefore() {
    peers.ownBefore(1);
    see(10, peer(1, 5));
    assertThat(due(0)).isEqualTo(1);
    peers.reset();
    see(20, peer(1, 5));
    assertThat(due(0)).isEqualTo(1);
  }

  @Test
  void observesAgainWhoWasToBeEndedAndWasNot() {
    see(10, peer(1, 5));
    assertThat(peers.answered(1)).isEqualTo(7);
    assertThat(peers.answered(1)).isZero();
    assertThat(peers.due(Long.MAX_VALUE)).isNull();
    see(71, peer(1, 5));
    assertDue(131, 1);
  }

  @Test
  void tellsThoseThatWereHeardOfLateFromTheRest() {
    see(10, peer(1, 5), peer(2, 5));
    see(20, peer(1, 5), peer(2, 6, SILENCE, 30));
    assertThat(heardSince(20)).containsExactly(2L);
    assertThat(peers.heldBySilent(20 * SECONDS)).isEqualTo(7);
    assertThat(heardSince(10)).hasSize(2);
    assertThat(peers.heldBySilent(10 * SECONDS)).isZero();
  }

  @Test
  void findsTheLongestSilence() {
    see(10, peer(1, 5, 40, 7), peer(2, 5, 90, 7));
    assertThat(peers.longestSilence(60 * SECONDS)).isEqualTo(90 * SECONDS);
    assertThat(peers.longestSilence(95 * SECONDS)).isEqualTo(95 * SECONDS);
  }
}
