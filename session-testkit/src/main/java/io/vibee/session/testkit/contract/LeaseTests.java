package io.vibee.session.testkit.contract;

import static io.vibee.session.testkit.contract.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.AgentHealth;
import io.vibee.session.AgentRegistration;
import io.vibee.session.Lease;
import io.vibee.session.ManagedSessionStore;
import io.vibee.session.SessionHolding;
import io.vibee.session.SessionReport;
import io.vibee.session.SessionStore;
import io.vibee.session.StaleLeaseException;
import io.vibee.session.testkit.TestSessions;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Tests what a lease is good for, and until when. */
abstract class LeaseTests<S extends SessionStore> extends SuspectTests<S> {

  @Test
  void releasesWhatIsHeldUnderTheToken() {
    add(3);
    long agent = agent();
    claim(agent, 2);
    Lease one = held(agent).get(0);
    Lease other = held(agent).get(1);
    Lease stale = new Lease(one.sessionId(), one.token() - 1);
    assertThat(leases.release(agent(), List.of(one), NO_TIME)).as("by another").isEmpty();
    assertThat(leases.release(agent, List.of(stale, new Lease("unknown", 1)), NO_TIME)).isEmpty();
    assertThat(held(agent)).containsExactly(one, other);
    assertThat(leases.release(agent, List.of(stale, one, other), NO_TIME))
        .containsExactlyInAnyOrder(one, other);
    assertThat(leases.release(agent, List.of(one), NO_TIME)).as("again").isEmpty();
    assertThat(leases.release(agent, List.of(), NO_TIME)).isEmpty();
    assertThat(held(agent)).isEmpty();
  }

  @Test
  void aReleaseThatComesLateDoesNoHarm() {
    add(1);
    long agent = agent();
    Lease first = claim(agent, 1).get(0);
    release(agent, first, NO_TIME);
    Lease second = claim(agent, 1).get(0);
    assertThat(leases.release(agent, List.of(first), NO_TIME)).isEmpty();
    assertThat(held(agent)).containsExactly(second);
    end(agent);
    long heir = agent();
    List<Lease> inherited = claim(heir, 1);
    assertThat(leases.release(agent, List.of(first, second), NO_TIME)).isEmpty();
    assertThat(held(heir)).isEqualTo(inherited);
  }

  @Test
  void aHolderKeepsWhatIsDeactivatedOrDeleted() {
    add(2);
    long agent = agent();
    claim(agent, 2);
    store.deactivate("sess_1");
    store.delete("sess_2");
    assertThat(ids(held(agent))).containsExactly("sess_1", "sess_2");
    for (Lease each : held(agent)) release(agent, each, NO_TIME);
    assertThat(claim(agent, 9)).isEmpty();
    assertThat(state("sess_1")).isEqualTo(SessionHolding.State.INACTIVE);
    assertThat(state("sess_2")).isEqualTo(SessionHolding.State.DELETED);
  }

  @Test
  void aSessionThatGetsAnotherIdIsAnother() {
    add(1);
    long agent = agent();
    claim(agent, 1);
    saved(TestSessions.builder("1").sessionId("sess_new").build());
    assertThat(claimIds(agent(), 9)).containsExactly("sess_new");
    assertThat(ids(held(agent))).containsExactly("sess_1");
  }

  @Test
  void tellsWhatNobodyElseMayStart() {
    add(4);
    assertThat(leases.taken()).isEmpty();
    long agent = agent();
    claim(agent, 4);
    release(agent, lease(agent, "sess_1"), NO_TIME);
    assertThat(leases.quarantine("sess_2", "made up")).isTrue();
    release(agent, lease(agent, "sess_2"), NO_TIME);
    assertThat(leases.quarantine("sess_3", "made up")).as("while it is held").isTrue();
    assertThat(leases.taken())
        .extracting(holding -> holding.lease().sessionId() + " " + holding.state())
        .containsExactly("sess_2 QUARANTINED", "sess_3 QUARANTINED", "sess_4 HELD");
    assertThat(leases.taken("sess_1")).isEmpty();
    assertThat(leases.taken("unknown")).isEmpty();
    assertThat(leases.taken("sess_4")).contains(holding("sess_4"));
    end(agent);
    assertThat(leases.taken("sess_4")).as("of an agent that has ended").isEmpty();
  }

  @Test
  void tellsWhoHoldsWhat() {
    add(3);
    assertThat(leases.find("unknown")).isEmpty();
    AgentRegistration told =
        AgentRegistration.builder("one", Duration.ofSeconds(60), 5).address("host:1").build();
    long agent = leases.register(told, 1).agentId();
    Lease lease = claim(agent, 1).get(0);
    SessionHolding held = holding(lease.sessionId());
    assertThat(held.state()).isEqualTo(SessionHolding.State.HELD);
    assertThat(held.lease()).isEqualTo(lease);
    assertThat(held.agentId()).hasValue(agent);
    assertThat(held.agent()).hasValue("one");
    assertThat(held.address()).hasValue("host:1");
    assertThat(held.since()).isPresent();
    assertThat(leases.list())
        .extracting(each -> each.lease().sessionId())
        .containsExactly("sess_1", "sess_2", "sess_3");
    assertThat(leases.list())
        .filteredOn(each -> each.state() == SessionHolding.State.FREE)
        .hasSize(2);
    assertThat(leases.counts())
        .isEqualTo(Map.of(SessionHolding.State.HELD, 1L, SessionHolding.State.FREE, 2L));
    end(agent);
    assertThat(state(lease.sessionId())).isEqualTo(SessionHolding.State.ORPHANED);
  }

  @Test
  void tellsOfSomeSessions() {
    add(3);
    claim(agent(), 1);
    List<SessionHolding> all = leases.list();
    assertThat(leases.list(List.of("sess_3", "unknown", "sess_1", "sess_3")))
        .containsExactly(all.get(0), all.get(2));
    assertThat(leases.list(List.of())).isEmpty();
  }

  /** Who lost a session writes nothing to it any more. */
  @Test
  void aViewRefusesChangesOnceALeaseIsLost() {
    add(2);
    long agent = agent();
    List<Lease> held = claim(agent, 2);
    ManagedSessionStore mine = leases.under(held);
    assertThat(mine.touch(List.of("sess_1"))).isEqualTo(1);
    assertThat(mine.markAuthorized("sess_2", true)).isTrue();
    release(agent, lease(agent, "sess_1"), NO_TIME);
    List<ThrowingCallable> changes =
        List.of(
            () -> mine.touch(List.of("sess_1")),
            () -> mine.report(List.of(SessionReport.authorized("sess_2"))),
            () -> mine.save(TestSessions.builder("1").phone("+99").build()),
            () -> mine.deactivate("sess_2"),
            () -> mine.delete("sess_1"));
    for (ThrowingCallable change : changes) {
      StaleLeaseException stale = refused(StaleLeaseException.class, change);
      assertThat(stale.sessionIds()).containsExactly("sess_1");
    }
    assertThat(activeUsers()).containsExactly("1", "2");
    assertThat(found("1").phone()).isNotEqualTo("+99");
    assertThat(mine.findByUserId("1")).as("reading").isPresent();
    assertThat(store.touch(List.of("sess_1"))).as("without leases").isEqualTo(1);
    ManagedSessionStore rest = leases.under(held(agent));
    assertThat(rest.touch(List.of("sess_2"))).isEqualTo(1);
    end(agent);
    refused("of one who has ended", StaleLeaseException.class, () -> rest.touch(Set.of("sess_2")));
  }

  @Test
  @SuppressWarnings("NullAway")
  void refusesArgumentsThatMakeNoSense() {
    long agent = agent();
    Lease lease = new Lease("sess_1", 1);
    Map<String, ThrowingCallable> wrong = new LinkedHashMap<>();
    wrong.put("a negative number", () -> leases.claim(agent, -1, timeline));
    wrong.put(
        "a negative cool-down", () -> leases.release(agent, List.of(), Duration.ofMillis(-1)));
    wrong.put("an empty reason", () -> leases.quarantine(agent, lease, " "));
    wrong.put("a long reason", () -> leases.quarantine("sess_1", "x".repeat(256)));
    wrong.put("no reason to stop", () -> leases.stop(""));
    wrong.forEach((name, call) -> refused(name, IllegalArgumentException.class, call));
    Map<String, ThrowingCallable> nothing = new LinkedHashMap<>();
    nothing.put("register", () -> leases.register(null, 1));
    nothing.put("release", () -> leases.release(agent, null, NO_TIME));
    nothing.put("release for", () -> leases.release(agent, List.of(), null));
    nothing.put("mark", () -> leases.mark(agent, null));
    nothing.put("want", () -> leases.want(agent, null));
    nothing.put("quarantine", () -> leases.quarantine(agent, null, "x"));
    nothing.put("quarantine by hand", () -> leases.quarantine(null, "x"));
    nothing.put("clear", () -> leases.clear(null));
    nothing.put("quietUntil", () -> leases.quietUntil(agent, lease, null));
    nothing.put("stop", () -> leases.stop(null));
    nothing.put("find", () -> leases.find(null));
    nothing.put("list of null", () -> leases.list(Collections.singletonList(null)));
    nothing.put("under", () -> leases.under(null));
    nothing.forEach((name, call) -> refused(name, NullPointerException.class, call));
  }

  @Test
  void refusesEveryCallAfterClose() {
    long agent = agent();
    Lease lease = new Lease("sess_1", 1);
    Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
    calls.put("register", () -> leases.register(registration("late"), 1));
    calls.put("beat", () -> leases.beat(agent, 2, AgentHealth.STARTING));
    calls.put("end", () -> leases.end(agent, 2));
    calls.put("claim", () -> leases.claim(agent, 1, timeline));
    calls.put("held", () -> leases.held(agent, timeline));
    calls.put("release", () -> leases.release(agent, List.of(lease), NO_TIME));
    calls.put("leave", () -> leases.leave(agent, true));
    calls.put("want", () -> leases.want(agent, "sess_1"));
    calls.put("quarantine", () -> leases.quarantine("sess_1", "x"));
    calls.put("clear", () -> leases.clear("sess_1"));
    calls.put("quietUntil", () -> leases.quietUntil(agent, lease, Instant.EPOCH));
    calls.put("stop", () -> leases.stop("x"));
    calls.put("resume", () -> leases.resume());
    calls.put("find", () -> leases.find("sess_1"));
    calls.put("list", () -> leases.list());
    calls.put("list of some", () -> leases.list(List.of("sess_1")));
    calls.put("status", () -> leases.status());
    calls.put("counts", () -> leases.counts());
    calls.put("under", () -> leases.under(List.of()));
    store.close();
    calls.forEach((name, call) -> refused(name, IllegalStateException.class, call));
  }
}
