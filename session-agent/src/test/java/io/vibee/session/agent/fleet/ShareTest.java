package io.vibee.session.agent.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShareTest {
  private static final Duration L = Duration.ofSeconds(60);

  @Test
  void dividesEvenly() {
    Peer a = agent(1, 1, 100);
    Share share = new Share(10, List.of(a, agent(2, 1, 100), agent(3, 1, 100)));
    assertThat(share.floor(a)).isEqualTo(3);
    assertThat(share.ceiling(a)).isEqualTo(4);
  }

  @Test
  void givesOthersWhatASmallOneCannotTake() {
    Peer small = agent(1, 1, 2);
    Peer large = agent(2, 1, 100);
    Share share = new Share(10, List.of(small, large));
    assertThat(share.ceiling(small)).isEqualTo(2);
    assertThat(share.ceiling(large)).isEqualTo(8);
  }

  @Test
  void givesAllToTheNewestGenerationWhileItHasRoom() {
    Peer old = agent(1, 1, 100);
    Peer young = agent(2, 2, 100);
    Share share = new Share(60, List.of(old, young));
    assertThat(share.ceiling(old)).isZero();
    assertThat(share.ceiling(young)).isEqualTo(60);
  }

  @Test
  void givesTheOlderOneWhatTheNewestHasNoRoomFor() {
    Peer old = agent(1, 1, 100);
    Peer young = agent(2, 2, 40);
    Share share = new Share(60, List.of(old, young));
    assertThat(share.ceiling(old)).isEqualTo(20);
    assertThat(share.ceiling(young)).isEqualTo(40);
  }

  @Test
  void leavesOutWhoIsCordonedWithWhatItHolds() {
    Peer cordoned = new Peer(1, 0, L, 2, 100, 20, Peer.State.CORDONED);
    Peer draining = new Peer(2, 0, L, 2, 100, 20, Peer.State.DRAINING);
    Peer taking = agent(3, 1, 100);
    Share share = new Share(60, List.of(cordoned, draining, taking));
    assertThat(share.ceiling(cordoned)).isZero();
    assertThat(share.ceiling(draining)).isZero();
    assertThat(share.ceiling(taking)).isEqualTo(40);
  }

  @Test
  void takesAllThatItCanWhenTheFleetIsTooSmall() {
    Peer a = agent(1, 1, 30);
    Share share = new Share(100, List.of(a, agent(2, 1, 20)));
    assertThat(share.ceiling(a)).isEqualTo(30);
    assertThat(share.floor(a)).isEqualTo(30);
  }

  private static Peer agent(long id, int generation, int capacity) {
    return new Peer(id, 0, L, generation, capacity, 0, Peer.State.TAKING);
  }
}
