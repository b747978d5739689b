package io.vibee.session.testkit.contract;

import static io.vibee.session.testkit.contract.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.AgentEndedException;
import io.vibee.session.AgentHealth;
import io.vibee.session.AgentMark;
import io.vibee.session.AgentRegistration;
import io.vibee.session.FleetAgent;
import io.vibee.session.FleetView;
import io.vibee.session.Lease;
import io.vibee.session.OtherTimelineException;
import io.vibee.session.RegisteredAgent;
import io.vibee.session.SessionStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Tests how agents live and end. */
abstract class AgentTests<S extends SessionStore> extends FleetTests<S> {

  @Test
  void givesEachAgentAnIdOfItsOwn() {
    Set<Long> ids = new HashSet<>();
    long last = Long.MIN_VALUE;
    for (int i = 0; i < 5; i++) {
      long agent = agent();
      assertThat(ids.add(agent)).as("another id").isTrue();
      assertThat(agent).as("a greater one").isGreaterThan(last);
      last = agent;
      if (i % 2 == 0) end(agent);
    }
  }

  @Test
  void allAgentsAreInOneWorld() {
    RegisteredAgent one = leases.register(registration("one"), 7);
    RegisteredAgent other = leases.register(registration("other"), 8);
    assertThat(other.world()).isEqualTo(one.world());
    assertThat(beat(one.agentId()).world()).isEqualTo(one.world());
    assertThat(one.settled()).as("a fleet that was set up here").isTrue();
    assertThat(beat(one.agentId()).settled()).isTrue();
  }

  @Test
  void aBeatShowsAllAgentsThatLive() {
    AgentRegistration told =
        AgentRegistration.builder("told", Duration.ofMillis(12_500), 70)
            .generation(9)
            .address("host:1")
            .process("machine 1", "process 2")
            .build();
    long one = leases.register(told, 11).agentId();
    long other = leases.register(registration("other"), 12).agentId();
    long ended = agent();
    end(ended);
    FleetView view = leases.beat(other, -13, AgentHealth.STARTING).orElseThrow();
    assertThat(view.agents()).extracting(FleetAgent::agentId).contains(one, other).isSorted();
    assertThat(view.agents()).extracting(FleetAgent::agentId).doesNotContain(ended);
    FleetAgent shown = shown(view, one);
    assertThat(shown.beat()).isEqualTo(11);
    assertThat(shown.mark()).isEqualTo(AgentMark.TAKING);
    assertThat(shown.registration().silence()).isEqualTo(Duration.ofMillis(12_500));
    assertThat(shown.registration().capacity()).isEqualTo(70);
    assertThat(shown.registration().generation()).isEqualTo(9);
    assertThat(shown.registration().machine()).hasValue("machine 1");
    assertThat(shown.registration().process()).hasValue("process 2");
    assertThat(shown(view, other).beat()).as("its own beat").isEqualTo(-13);
    assertThat(shown(view, other).registration().machine()).isEmpty();
  }

  final FleetAgent shown(FleetView view, long agent) {
    for (FleetAgent each : view.agents()) if (each.agentId() == agent) return each;
    throw new AssertionError("agent " + agent + " is not shown");
  }

  @Test
  void aBeatOfOneWhoHasEndedShowsNothing() {
    long agent = agent();
    end(agent);
    assertThat(leases.beat(agent, 2, AgentHealth.STARTING)).isEmpty();
    assertThat(leases.beat(agent + 1000, 2, AgentHealth.STARTING)).as("an unknown one").isEmpty();
  }

  @Test
  void endsOnlyWhoHasNotBeatenSince() {
    long agent = agent();
    leases.beat(agent, 2, AgentHealth.STARTING);
    assertThat(leases.end(agent, 1)).as("with an earlier beat").isFalse();
    assertThat(leases.beat(agent, 3, AgentHealth.STARTING)).isPresent();
    assertThat(leases.end(agent, 3)).isTrue();
    assertThat(leases.end(agent, 3)).as("again").isFalse();
    assertThat(leases.end(agent + 1000, 1)).as("an unknown one").isFalse();
  }

  @Test
  void whoHasEndedClaimsAndHoldsNothing() {
    add(2);
    long agent = agent();
    claim(agent, 1);
    steady(agent);
    end(agent);
    for (long gone : List.of(agent, agent + 1000)) {
      AgentEndedException claim = refused(AgentEndedException.class, () -> claim(gone, 1));
      assertThat(claim.agentId()).isEqualTo(gone);
      refused("a claim of none", AgentEndedException.class, () -> claim(gone, 0));
      refused("what it holds", AgentEndedException.class, () -> held(gone));
      refused("leaving", AgentEndedException.class, () -> leases.leave(gone, true));
      assertThat(leases.mark(gone, AgentMark.TAKING)).as("marked").isFalse();
      assertThat(leases.want(gone, "sess_1")).as("wants").isFalse();
    }
    assertThat(claimIds(agent(), 9)).containsExactlyInAnyOrder("sess_1", "sess_2");
  }

  @Test
  void refusesThoseWhoKnowAnotherTimeline() {
    add(2);
    long agent = agent();
    claim(agent, 1);
    for (long other : List.of(timeline + 1, timeline - 1)) {
      OtherTimelineException claim =
          refused(OtherTimelineException.class, () -> leases.claim(agent, 1, other));
      assertThat(claim.timeline()).isEqualTo(timeline);
      refused("none", OtherTimelineException.class, () -> leases.claim(agent, 0, other));
      refused("held", OtherTimelineException.class, () -> leases.held(agent, other));
    }
    assertThat(held(agent)).hasSize(1);
    end(agent);
    refused("ended, too", OtherTimelineException.class, () -> leases.held(agent, timeline + 1));
  }

  @Test
  void leavesWithNothing() {
    long agent = agent();
    assertThat(leases.leave(agent, false)).isZero();
    assertThat(leases.beat(agent, 2, AgentHealth.STARTING)).isEmpty();
  }

  @Test
  void staysWithWhatMayStillBeConnected() {
    add(2);
    long agent = agent();
    claim(agent, 2);
    assertThat(leases.leave(agent, false)).isEqualTo(2);
    assertThat(shown(beat(agent), agent).mark()).isEqualTo(AgentMark.DRAINING);
    assertThat(claim(agent(), 2)).as("what it has not let go of").isEmpty();
    assertThat(held(agent)).hasSize(2);
    assertThat(leases.leave(agent, true)).isEqualTo(2);
    assertThat(claim(agent(), 2)).as("what it left").hasSize(2);
  }

  @Test
  void marksAgents() {
    add(1);
    long agent = agent();
    for (AgentMark mark : List.of(AgentMark.CORDONED, AgentMark.DRAINING)) {
      assertThat(leases.mark(agent, mark)).isTrue();
      assertThat(shown(beat(agent), agent).mark()).isEqualTo(mark);
      assertThat(claim(agent, 1)).as("claimed, " + mark).isEmpty();
    }
    leases.mark(agent, AgentMark.TAKING);
    assertThat(claim(agent, 1)).hasSize(1);
    leases.mark(agent, AgentMark.CORDONED);
    assertThat(held(agent)).as("kept").hasSize(1);
  }

  @Test
  void countsWhatAgentsHold() {
    add(4);
    long one = agent();
    long other = agent();
    claim(one, 3);
    List<Integer> counts = new ArrayList<>();
    FleetView view = beat(other);
    counts.add(shown(view, one).held());
    counts.add(shown(view, other).held());
    release(one, held(one).get(0), NO_TIME);
    counts.add(shown(beat(one), one).held());
    claim(other, 1);
    counts.add(shown(beat(one), other).held());
    assertThat(counts).containsExactly(3, 0, 2, 1);
  }

  @Test
  void countsWhatIsToBeShared() {
    add(6);
    long agent = agent();
    FleetView before = beat(agent);
    assertThat(before.runnable()).isEqualTo(6);
    assertThat(before.claimable()).isEqualTo(6);
    claim(agent, 3);
    List<Lease> held = held(agent);
    release(agent, held.get(0), Duration.ofMinutes(30));
    release(agent, held.get(1), NO_TIME);
    FleetView view = beat(agent);
    assertThat(view.runnable()).as("held, free and cooling").isEqualTo(6);
    assertThat(view.claimable()).isEqualTo(4);
    long heir = agent();
    end(agent);
    assertThat(beat(heir).claimable()).as("an orphan, too").isEqualTo(5);
    leases.stop("for a test");
    assertThat(beat(heir).stopped()).isTrue();
    assertThat(beat(heir).claimable()).as("while stopped").isZero();
    assertThat(beat(heir).runnable()).isEqualTo(6);
    leases.resume();
    store.deactivate("sess_1");
    leases.quarantine("sess_2", "for a test");
    assertThat(beat(heir).stopped()).isFalse();
    assertThat(beat(heir).runnable()).as("without those that must not run").isEqualTo(4);
  }
}
