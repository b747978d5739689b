package io.vibee.session.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.FleetStatus;
import io.vibee.session.Lease;
import io.vibee.session.SessionHolding;
import io.vibee.session.SessionStore;
import io.vibee.session.testkit.TestSessions;
import io.vibee.session.testkit.contract.Threads.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests who gets which session. */
abstract class ClaimTests<S extends SessionStore> extends AgentTests<S> {

  @Test
  void claimsWhatIsActiveAndNobodyHolds() {
    add(3);
    store.deactivate("sess_2");
    long agent = agent();
    assertThat(claimIds(agent, 9)).containsExactlyInAnyOrder("sess_1", "sess_3");
    assertThat(claim(agent, 9)).as("again").isEmpty();
    assertThat(claim(agent(), 9)).as("by another").isEmpty();
    store.activate("sess_2");
    saved(TestSessions.session("4"));
    assertThat(claimIds(agent, 9)).containsExactlyInAnyOrder("sess_2", "sess_4");
    assertThat(ids(held(agent))).containsExactly("sess_1", "sess_2", "sess_3", "sess_4");
  }

  @Test
  void claimsNoMoreThanIsAskedFor() {
    add(5);
    long agent = agent();
    assertThat(claim(agent, 0)).isEmpty();
    assertThat(claim(agent, 2)).hasSize(2);
    assertThat(claim(agent, 2)).hasSize(2);
    assertThat(claim(agent, 2)).hasSize(1);
    assertThat(held(agent)).hasSize(5);
  }

  @Test
  void noTwoAgentsThatClaimAtOnceGetOneSession() {
    add(40);
    List<String> all = new ArrayList<>();
    for (Outcome<List<Lease>> each : Threads.together(i -> this::claimAll)) {
      all.addAll(ids(each.orThrow()));
    }
    assertThat(all).doesNotHaveDuplicates().hasSize(40);
  }

  private List<Lease> claimAll() {
    long agent = agent();
    List<Lease> all = new ArrayList<>(claim(agent, 2));
    for (int i = 0; i < 4; i++) all.addAll(claim(agent, 10));
    assertThat(held(agent)).containsExactlyInAnyOrderElementsOf(all);
    return all;
  }

  @Test
  void tokensOnlyGrow() {
    add(1);
    long last = 0;
    for (int i = 0; i < 6; i++) {
      long agent = agent();
      Lease lease = claim(agent, 1).get(0);
      assertThat(lease.token()).isGreaterThan(last);
      assertThat(held(agent)).containsExactly(lease);
      last = lease.token();
      steady(agent);
      if (i % 2 == 0) end(agent);
      else release(agent, lease, NO_TIME);
      if (i == 3) {
        store.delete("sess_1");
        assertThat(claim(agent(), 1)).as("a deleted one").isEmpty();
        add(1);
      }
    }
  }

  @Test
  void orphansComeFirst() {
    add(2);
    long dead = agent();
    claim(dead, 2);
    for (int i = 3; i <= 6; i++) saved(TestSessions.session("" + i));
    steady(dead);
    end(dead);
    long heir = agent();
    assertThat(claimIds(heir, 2)).containsExactlyInAnyOrder("sess_1", "sess_2");
    assertThat(claim(heir, 9)).hasSize(4);
  }

  @Test
  void whatWasReleasedFirstComesFirst() {
    add(3);
    long agent = agent();
    claim(agent, 3);
    for (String each : List.of("sess_3", "sess_1", "sess_2")) {
      Lease lease = lease(agent, each);
      Threads.untilLater();
      release(agent, lease, NO_TIME);
    }
    assertThat(claimIds(agent, 1)).containsExactly("sess_3");
    assertThat(claimIds(agent, 1)).containsExactly("sess_1");
  }

  @Test
  void nobodyClaimsWhatCoolsDown() {
    add(2);
    long agent = agent();
    claim(agent, 2);
    release(agent, lease(agent, "sess_1"), Duration.ofMinutes(30));
    release(agent, lease(agent, "sess_2"), NO_TIME);
    assertThat(state("sess_1")).isEqualTo(SessionHolding.State.COOLING);
    assertThat(claimIds(agent(), 9)).containsExactly("sess_2");
    assertThat(claim(agent, 9)).as("by who had it").isEmpty();
    Instant until = holding("sess_1").until().orElseThrow();
    assertThat(until).isAfter(Instant.EPOCH);
  }

  @Test
  void nobodyClaimsWhatWasQuarantined() {
    add(3);
    long agent = agent();
    claim(agent, 2);
    Lease bad = held(agent).get(0);
    Lease stale = new Lease(bad.sessionId(), bad.token() + 1);
    assertThat(leases.quarantine(agent, stale, "x")).as("by another token").isFalse();
    assertThat(leases.quarantine(agent(), bad, "x")).as("by another agent").isFalse();
    assertThat(leases.quarantine(agent, bad, "AUTH_KEY_DUPLICATED")).isTrue();
    assertThat(leases.quarantine("sess_3", "by hand")).isTrue();
    assertThat(leases.quarantine("unknown", "by hand")).isFalse();
    assertThat(held(agent)).as("until it lets go").contains(bad);
    assertThat(holding(bad.sessionId()).state()).isEqualTo(SessionHolding.State.QUARANTINED);
    assertThat(holding(bad.sessionId()).detail()).hasValue("AUTH_KEY_DUPLICATED");
    release(agent, bad, NO_TIME);
    assertThat(claim(agent, 9)).isEmpty();
    assertThat(types("sess_3")).as("log").contains("session_quarantined");
    assertThat(leases.clear("sess_3")).isTrue();
    assertThat(leases.clear("sess_3")).as("again").isFalse();
    assertThat(claimIds(agent, 9)).containsExactly("sess_3");
    assertThat(types("sess_3")).as("log").contains("session_cleared");
  }

  @Test
  void nobodyClaimsWhatIsQuiet() {
    add(3);
    long agent = agent();
    claim(agent, 3);
    Instant later = Instant.parse("2100-01-01T00:00:00Z");
    Lease first = lease(agent, "sess_1");
    Lease stale = new Lease("sess_1", first.token() - 1);
    assertThat(leases.quietUntil(agent, stale, later)).as("by another token").isFalse();
    assertThat(leases.quietUntil(agent, first, later)).isTrue();
    assertThat(leases.quietUntil(agent, lease(agent, "sess_2"), later)).isTrue();
    assertThat(held(agent)).as("goes on").hasSize(3);
    release(agent, first, NO_TIME);
    assertThat(state("sess_1")).isEqualTo(SessionHolding.State.QUIET);
    steady(agent);
    end(agent);
    long heir = agent();
    assertThat(claimIds(heir, 9)).as("neither a free one nor an orphan").containsExactly("sess_3");
    assertThat(leases.clear("sess_1")).isTrue();
    assertThat(claimIds(heir, 9)).containsExactly("sess_1");
  }

  @Test
  void nobodyClaimsWhileTheFleetIsStopped() {
    add(2);
    long agent = agent();
    claim(agent, 1);
    assertThat(leases.status().stopped()).as("before").isFalse();
    assertThat(leases.stop("a bad deployment")).isTrue();
    assertThat(leases.stop("again")).isFalse();
    FleetStatus stopped = leases.status();
    assertThat(stopped.reason()).contains("a bad deployment");
    assertThat(stopped.stoppedAt().orElseThrow()).isBeforeOrEqualTo(stopped.at());
    assertThat(claim(agent, 1)).isEmpty();
    assertThat(held(agent)).as("goes on").hasSize(1);
    assertThat(leases.list()).filteredOn(h -> h.state() == SessionHolding.State.STOPPED).hasSize(1);
    assertThat(leases.resume()).isTrue();
    assertThat(leases.resume()).isFalse();
    assertThat(leases.status().stopped()).as("once it goes on").isFalse();
    assertThat(leases.status().reason()).isEmpty();
    assertThat(claim(agent, 1)).hasSize(1);
  }

  @Test
  void whatIsWantedGoesToWhoWantsIt() {
    add(2);
    long holder = agent();
    long wanting = agent();
    long third = agent();
    claim(holder, 2);
    assertThat(leases.want(wanting, "sess_2")).isTrue();
    assertThat(leases.want(wanting, "unknown")).isFalse();
    assertThat(leases.want(holder, "sess_2")).as("its own").isFalse();
    assertThat(beat(holder).wanted()).containsExactly("sess_2");
    assertThat(beat(third).wanted()).as("what others hold").isEmpty();
    release(holder, lease(holder, "sess_2"), NO_TIME);
    release(holder, lease(holder, "sess_1"), NO_TIME);
    assertThat(claimIds(third, 9)).containsExactly("sess_1");
    assertThat(claimIds(wanting, 9)).containsExactly("sess_2");
    assertThat(beat(wanting).wanted()).isEmpty();
  }

  @Test
  void claimsASessionUnderAnotherIdThoughItsHolderHasReportedIt() {
    add(1);
    long agent = agent();
    assertThat(claimIds(agent, 1)).containsExactly("sess_1");
    store.touch(List.of("sess_1"));
    saved(TestSessions.session("1").toBuilder().sessionId("sess_moved").build());
    assertThat(claimIds(agent, 9)).containsExactly("sess_moved");
    assertThat(ids(held(agent))).containsExactly("sess_1", "sess_moved");
  }

  /** Who takes no part reports it, by {@code touch} alone. */
  @Test
  void nobodyClaimsWhatRunsElsewhere() {
    add(3);
    long agent = agent();
    store.touch(List.of("sess_1"));
    assertThat(claimIds(agent, 9)).containsExactlyInAnyOrder("sess_2", "sess_3");
    assertThat(state("sess_1")).isEqualTo(SessionHolding.State.ELSEWHERE);
    store.touch(List.of("sess_2", "sess_3"));
    release(agent, lease(agent, "sess_2"), NO_TIME);
    release(agent, lease(agent, "sess_3"), NO_TIME);
    Threads.untilLater();
    store.touch(List.of("sess_3"));
    assertThat(claimIds(agent, 9)).as("what it has reported itself").containsExactly("sess_2");
    assertThat(beat(agent).runnable()).as("to be shared now").isEqualTo(1);
  }
}
