package io.vibee.session.agent.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.AgentMark;
import io.vibee.session.AgentRegistration;
import io.vibee.session.FleetAgent;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShareTest {
  private static final Duration L = Duration.ofSeconds(60);

  @Test
  void dividesEvenly() {
    FleetAgent a = agent(1, 1, 100);
    Share share = new Share(10, List.of(a, agent(2, 1, 100), agent(3, 1, 100)));
    assertThat(share.floor(a)).isEqualTo(3);
    assertThat(share.ceiling(a)).isEqualTo(4);
  }

  @Test
  void givesOthersWhatASmallOneCannotTake() {
    FleetAgent small = agent(1, 1, 2);
    FleetAgent large = agent(2, 1, 100);
    Share share = new Share(10, List.of(small, large));
    assertThat(share.ceiling(small)).isEqualTo(2);
    assertThat(share.ceiling(large)).isEqualTo(8);
  }

  @Test
  void givesAllToTheNewestGenerationWhileItHasRoom() {
    FleetAgent old = agent(1, 1, 100);
    FleetAgent young = agent(2, 2, 100);
    Share share = new Share(60, List.of(old, young));
    assertThat(share.ceiling(old)).isZero();
    assertThat(share.ceiling(young)).isEqualTo(60);
  }

  @Test
  void givesTheOlderOneWhatTheNewestHasNoRoomFor() {
    FleetAgent old = agent(1, 1, 100);
    FleetAgent young = agent(2, 2, 40);
    Share share = new Share(60, List.of(old, young));
    assertThat(share.ceiling(old)).isEqualTo(20);
    assertThat(share.ceiling(young)).isEqualTo(40);
  }

  @Test
  void leavesOutWhoIsCordonedWithWhatItHolds() {
    FleetAgent cordoned = agent(1, 2, 100, 20, AgentMark.CORDONED);
    FleetAgent draining = agent(2, 2, 100, 20, AgentMark.DRAINING);
    FleetAgent taking = agent(3, 1, 100);
    Share share = new Share(60, List.of(cordoned, draining, taking));
    assertThat(share.ceiling(cordoned)).isZero();
    assertThat(share.ceiling(draining)).isZero();
    assertThat(share.ceiling(taking)).isEqualTo(40);
  }

  @Test
  void takesAllThatItCanWhenTheFleetIsTooSmall() {
    FleetAgent a = agent(1, 1, 30);
    Share share = new Share(100, List.of(a, agent(2, 1, 20)));
    assertThat(share.ceiling(a)).isEqualTo(30);
    assertThat(share.floor(a)).isEqualTo(30);
  }

  private static FleetAgent agent(long id, long generation, int capacity) {
    return agent(id, generation, capacity, 0, AgentMark.TAKING);
  }

  private static FleetAgent agent(
      long id, long generation, int capacity, int held, AgentMark mark) {
    AgentRegistration its =
        AgentRegistration.builder("agent", L, capacity).generation(generation).build();
    return new FleetAgent(id, 0, mark, held, 0, false, its);
  }
}
