package io.vibee.session.agent.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.AgentMark;
import io.vibee.session.AgentRegistration;
import io.vibee.session.FleetAgent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ShareTest {
  private static final Duration L = Duration.ofSeconds(60);

  @Test
  void dividesEvenly() {
    FleetAgent a = agent(1, 1, 100, 4);
    FleetAgent b = agent(2, 1, 100, 2);
    Share share = new Share(10, List.of(a, b, agent(3, 1, 100, 4)));
    assertThat(share.surplus(a, 4)).isZero();
    assertThat(share.surplus(a, 6)).isEqualTo(2);
    assertThat(share.missing(b)).isEqualTo(1);
    assertThat(share.room(b, 2)).isEqualTo(2);
  }

  @Test
  void givesOthersWhatASmallOneCannotTake() {
    FleetAgent small = agent(1, 1, 2, 0);
    FleetAgent large = agent(2, 1, 100, 0);
    Share share = new Share(10, List.of(small, large));
    assertThat(share.room(small, 0)).isEqualTo(2);
    assertThat(share.room(large, 0)).isEqualTo(8);
  }

  @Test
  void leavesWithTheOlderGenerationWhatItHoldsAndGivesTheNewestWhatIsFree() {
    FleetAgent old = agent(1, 1, 100, 50);
    FleetAgent young = agent(2, 2, 100, 0);
    Share share = new Share(60, List.of(old, young));
    assertThat(share.surplus(old, 50)).isZero();
    assertThat(share.room(old, 50)).isZero();
    assertThat(share.room(old, 40)).as("of what was free in the meantime").isZero();
    assertThat(share.room(young, 0)).isEqualTo(10);
  }

  @Test
  void givesTheNewestAllThatTheOlderOneLetsGoOf() {
    FleetAgent draining = agent(1, 1, 100, 50, AgentMark.DRAINING);
    FleetAgent young = agent(2, 2, 100, 10);
    assertThat(new Share(60, List.of(draining, young)).room(young, 10)).isEqualTo(50);
  }

  @Test
  void movesNothingAmongTheNewestWhileAnOlderOneHoldsSome() {
    FleetAgent first = agent(1, 2, 100, 30);
    FleetAgent second = agent(2, 2, 100, 0);
    FleetAgent old = agent(3, 1, 100, 30);
    assertThat(new Share(60, List.of(first, second, old)).surplus(first, 30)).isZero();
    FleetAgent empty = agent(3, 1, 100, 0);
    assertThat(new Share(30, List.of(first, second, empty)).surplus(first, 30)).isEqualTo(15);
  }

  @Test
  void givesTheOlderOneWhatTheNewestHasNoRoomFor() {
    FleetAgent old = agent(1, 1, 100, 0);
    FleetAgent young = agent(2, 2, 40, 40);
    Share share = new Share(60, List.of(old, young));
    assertThat(share.room(old, 0)).isEqualTo(20);
    assertThat(share.room(young, 40)).isZero();
  }

  @Test
  void leavesOutWhoIsCordonedWithWhatItHolds() {
    FleetAgent cordoned = agent(1, 2, 100, 20, AgentMark.CORDONED);
    FleetAgent draining = agent(2, 2, 100, 20, AgentMark.DRAINING);
    FleetAgent taking = agent(3, 1, 100, 0);
    Share share = new Share(60, List.of(cordoned, draining, taking));
    assertThat(share.room(cordoned, 20)).isZero();
    assertThat(share.surplus(cordoned, 20)).isZero();
    assertThat(share.room(draining, 20)).isZero();
    assertThat(share.room(taking, 0)).isEqualTo(40);
  }

  @Test
  void takesAllThatItCanWhenTheFleetIsTooSmall() {
    FleetAgent a = agent(1, 1, 30, 0);
    Share share = new Share(100, List.of(a, agent(2, 1, 20, 0)));
    assertThat(share.room(a, 0)).isEqualTo(30);
    assertThat(share.missing(a)).isEqualTo(30);
  }

  /** One after the other, or some at a time: whatever a deploy does, nothing moves twice. */
  @Test
  void movesEachSessionOnceInADeploy() {
    for (int atOnce = 1; atOnce <= 20; atOnce++) {
      Map<Long, FleetAgent> fleet = new TreeMap<>();
      for (long id = 1; id <= 20; id++) fleet.put(id, agent(id, 1, 10_000, 2_500));
      for (int old = 1; old <= 20; old += atOnce) {
        int end = Math.min(20, old + atOnce - 1);
        for (long id = old; id <= end; id++) fleet.put(id + 100, agent(id + 100, 2, 10_000, 0));
        assertNobodyHandsOver(fleet);
        for (long id = old; id <= end; id++) fleet.remove(id);
        takeWhatIsFree(fleet);
        assertNobodyHandsOver(fleet);
      }
      assertThat(fleet.values()).extracting(FleetAgent::held).containsOnly(2_500);
    }
  }

  private static void assertNobodyHandsOver(Map<Long, FleetAgent> fleet) {
    Share share = new Share(50_000, List.copyOf(fleet.values()));
    for (FleetAgent agent : fleet.values()) {
      assertThat(share.surplus(agent, agent.held())).as(agent.toString()).isZero();
    }
  }

  /** In the order in which they ask, a few at a time. */
  private static void takeWhatIsFree(Map<Long, FleetAgent> fleet) {
    boolean more = true;
    while (more) {
      more = false;
      for (FleetAgent agent : List.copyOf(fleet.values())) {
        int free = 50_000 - fleet.values().stream().mapToInt(FleetAgent::held).sum();
        Share share = new Share(50_000, List.copyOf(fleet.values()));
        int takes = Math.min(Math.min(free, 700), share.room(agent, agent.held()));
        if (takes == 0) continue;
        assertThat(agent.registration().generation()).isEqualTo(2);
        more = true;
        fleet.put(agent.agentId(), agent(agent.agentId(), 2, 10_000, agent.held() + takes));
      }
    }
  }

  private static FleetAgent agent(long id, long generation, int capacity, int held) {
    return agent(id, generation, capacity, held, AgentMark.TAKING);
  }

  private static FleetAgent agent(
      long id, long generation, int capacity, int held, AgentMark mark) {
    AgentRegistration its =
        AgentRegistration.builder("agent", L, capacity).generation(generation).build();
    return new FleetAgent(id, 0, mark, held, 0, false, its);
  }
}
