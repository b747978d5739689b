package io.vibee.session.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.AgentEndedException;
import io.vibee.session.AgentHealth;
import io.vibee.session.AgentMark;
import io.vibee.session.AgentSummary;
import io.vibee.session.FleetConnection;
import io.vibee.session.Lease;
import io.vibee.session.OtherTimelineException;
import io.vibee.session.SessionHolding;
import io.vibee.session.SessionStore;
import io.vibee.session.testkit.TestSessions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Tests what agents tell of themselves, and which sessions are blamed when they die. */
abstract class SuspectTests<S extends SessionStore> extends ClaimTests<S> {

  private Optional<Lease> claim(long agent, String sessionId) {
    return leases.claim(agent, sessionId, timeline);
  }

  private void assertClaims(long agent, String sessionId) {
    Lease lease = claim(agent, sessionId).orElseThrow(() -> new AssertionError(sessionId));
    assertThat(lease.sessionId()).isEqualTo(sessionId);
    assertThat(held(agent)).contains(lease);
  }

  @Test
  void threeDeathsSoonAfterTheClaimQuarantine() {
    add(1);
    for (int death = 0; death < 3; death++) {
      long agent = agent();
      assertThat(claim(agent, 1)).as("before death " + death).hasSize(1);
      end(agent);
    }
    assertThat(claim(agent(), 1)).isEmpty();
    assertThat(state("sess_1")).isEqualTo(SessionHolding.State.QUARANTINED);
    assertThat(beat(agent()).refused()).as("no holder has refused it").isZero();
    leases.clear("sess_1");
    assertThat(claim(agent(), 1)).hasSize(1);
  }

  @Test
  void noDeathIsBlamedOnWhatItsHolderWasSteadyWith() {
    add(2);
    for (int death = 0; death < 4; death++) {
      long agent = agent();
      assertThat(claim(agent, 9)).as("before death " + death).hasSize(2);
      steady(agent);
      end(agent);
    }
    assertThat(claim(agent(), 9)).hasSize(2);
  }

  @Test
  void suspectsComeAfterAllOthers() {
    add(2);
    long dead = agent();
    claim(dead, 2);
    end(dead);
    saved(TestSessions.session("3"));
    long agent = agent();
    assertThat(claimIds(agent, 9)).as("the others").containsExactly("sess_3");
    assertThat(claimIds(agent, 9)).as("suspects").containsExactlyInAnyOrder("sess_1", "sess_2");
  }

  @Test
  void whoHoldsASuspectGetsNothingUntilItIsSteady() {
    add(1);
    long dead = agent();
    claim(dead, 1);
    end(dead);
    long agent = agent();
    assertThat(claim(agent, 9)).hasSize(1);
    saved(TestSessions.session("2"));
    assertThat(claim(agent, 9)).isEmpty();
    assertThat(claim(agent, "sess_2")).isEmpty();
    steady(agent);
    assertThat(claimIds(agent, 9)).containsExactly("sess_2");
  }

  @Test
  void aSecondDeathSinglesSuspectsOut() {
    add(3);
    for (int death = 0; death < 2; death++) {
      long agent = agent();
      assertThat(claim(agent, 9)).as("before death " + death).hasSize(3);
      end(agent);
    }
    long agent = agent();
    for (int i = 1; i <= 3; i++) {
      assertThat(claim(agent, 9)).as("suspect " + i).hasSize(1);
      steady(agent);
    }
    for (Lease each : held(agent)) release(agent, each, NO_TIME);
    assertThat(claim(agent, 9)).as("they are suspects no more").hasSize(3);
  }

  @Test
  void aReleaseBeforeItsHolderWasSteadyLeavesASuspect() {
    add(2);
    for (int death = 0; death < 2; death++) {
      long agent = agent();
      claim(agent, 9);
      end(agent);
    }
    long agent = agent();
    Lease one = claim(agent, 9).get(0);
    release(agent, one, NO_TIME);
    assertThat(claim(agent, 9)).as("still one alone").hasSize(1);
    assertThat(leases.leave(agent, true)).isEqualTo(1);
    assertThat(claim(agent(), 9)).as("still one alone").hasSize(1);
  }

  @Test
  void claimsOneSessionByItsName() {
    add(6);
    long agent = agent();
    long other = agent();
    assertClaims(agent, "sess_4");
    assertThat(claim(agent, "sess_4")).as("again").isEmpty();
    assertThat(claim(other, "sess_4")).as("another's").isEmpty();
    assertThat(claim(agent, "unknown")).isEmpty();
    store.deactivate("sess_1");
    assertThat(claim(agent, "sess_1")).as("inactive").isEmpty();
    leases.quarantine("sess_2", "by hand");
    assertThat(claim(agent, "sess_2")).as("in quarantine").isEmpty();
    leases.want(other, "sess_3");
    assertThat(claim(agent, "sess_3")).as("another wants it").isEmpty();
    assertClaims(other, "sess_3");
    store.touch(List.of("sess_5"));
    assertThat(claim(agent, "sess_5")).as("runs elsewhere").isEmpty();
    steady(other);
    end(other);
    assertClaims(agent, "sess_3");
    release(agent, lease(agent, "sess_3"), Duration.ofMinutes(1));
    assertThat(claim(agent, "sess_3")).as("cools down").isEmpty();
    leases.mark(agent, AgentMark.CORDONED);
    assertThat(claim(agent, "sess_6")).as("takes no more").isEmpty();
    leases.mark(agent, AgentMark.TAKING);
    leases.stop("a test");
    assertThat(claim(agent, "sess_6")).as("the fleet is stopped").isEmpty();
    leases.resume();
    assertClaims(agent, "sess_6");
    Refusals.refused(
        OtherTimelineException.class, () -> leases.claim(agent, "sess_6", timeline + 1));
    Refusals.refused(AgentEndedException.class, () -> leases.claim(other, "sess_6", timeline));
  }

  @Test
  void claimsASuspectByItsNameThoughThereAreOthers() {
    add(2);
    long dead = agent();
    claim(dead, 1);
    String suspect = held(dead).get(0).sessionId();
    end(dead);
    assertClaims(agent(), suspect);
  }

  @Test
  void beatsTellHowTheAgentsAre() {
    long agent = agent();
    long peer = agent();
    leases.beat(agent, 1, new AgentHealth(7, false));
    assertThat(shown(beat(peer), agent).running()).isEqualTo(7);
    assertThat(shown(beat(peer), agent).steady()).isFalse();
    leases.beat(agent, 1, new AgentHealth(8, true));
    leases.beat(agent, 1, new AgentHealth(9, false));
    assertThat(shown(beat(peer), agent).running()).isEqualTo(9);
    assertThat(shown(beat(peer), agent).steady()).as("it has been").isTrue();
    assertThat(shown(beat(peer), peer).steady()).isFalse();
  }

  @Test
  void beatsTellHowManyTheirHoldersRefused() {
    add(3);
    long agent = agent();
    claim(agent, 3);
    assertThat(beat(agent).refused()).isZero();
    leases.quarantine(agent, lease(agent, "sess_1"), "banned");
    leases.quarantine(agent, lease(agent, "sess_2"), "banned");
    leases.quarantine("sess_3", "by hand");
    assertThat(beat(agent()).refused()).isEqualTo(2);
    leases.clear("sess_1");
    assertThat(beat(agent).refused()).isEqualTo(1);
  }

  @Test
  void beatsTellWhatTheAgentAwaits() {
    add(2);
    long holder = agent();
    long wanting = agent();
    claim(holder, 2);
    assertThat(leases.want(wanting, "sess_2")).isTrue();
    assertThat(leases.want(wanting, "sess_2")).as("again").isTrue();
    assertThat(beat(wanting).awaited()).containsExactly("sess_2");
    assertThat(beat(holder).awaited()).isEmpty();
    assertThat(types("sess_2")).as("log").containsOnlyOnce("session_wanted");
    release(holder, lease(holder, "sess_2"), NO_TIME);
    assertThat(beat(wanting).awaited()).containsExactly("sess_2");
    assertClaims(wanting, "sess_2");
    assertThat(beat(wanting).awaited()).isEmpty();
  }

  @Test
  void listsTheAgents() {
    add(2);
    long dead = agent();
    long agent = leases.register(registration("one"), 1).agentId();
    claim(dead, 1);
    claim(agent, 1);
    leases.beat(agent, 2, new AgentHealth(1, true));
    leases.mark(agent, AgentMark.CORDONED);
    end(dead);
    List<AgentSummary> all = leases.agents();
    assertThat(all).extracting(AgentSummary::agentId).endsWith(agent, dead);
    AgentSummary living = all.get(all.size() - 2);
    assertThat(living.name()).isEqualTo("one");
    assertThat(living.capacity()).isEqualTo(100);
    assertThat(living.held()).isEqualTo(1);
    assertThat(living.running()).isEqualTo(1);
    assertThat(living.steady()).isTrue();
    assertThat(living.mark()).isEqualTo(AgentMark.CORDONED);
    assertThat(living.ended()).isFalse();
    assertThat(living.silence()).isEqualTo(Duration.ofSeconds(60));
    assertThat(living.seenAt()).isAfterOrEqualTo(living.startedAt());
    assertThat(living.endedAt()).isEmpty();
    AgentSummary ended = all.get(all.size() - 1);
    assertThat(ended.ended()).isTrue();
    assertThat(ended.clean()).isFalse();
    assertThat(ended.held()).isEqualTo(1);
    assertThat(ended.mark()).isEqualTo(AgentMark.DRAINING);
    assertThat(ended.endedAt()).isPresent();
  }

  @Test
  void signsOfLifeHaveAConnectionOfTheirOwn() {
    FleetConnection connection = leases.connect(Duration.ofSeconds(10));
    long agent = connection.register(registration("agent"), 1).agentId();
    assertThat(connection.beat(agent, 2, new AgentHealth(4, false))).isPresent();
    assertThat(shown(beat(agent()), agent).running()).isEqualTo(4);
    leases.end(agent, 2);
    assertThat(connection.beat(agent, 3, AgentHealth.STARTING)).isEmpty();
    connection.close();
    Refusals.refused(
        IllegalStateException.class, () -> connection.beat(agent, 4, AgentHealth.STARTING));
    Refusals.refused(IllegalArgumentException.class, () -> leases.connect(Duration.ZERO));
    store.check();
  }
}
