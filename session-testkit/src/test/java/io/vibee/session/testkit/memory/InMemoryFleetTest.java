package io.vibee.session.testkit.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.AgentHealth;
import io.vibee.session.AgentRegistration;
import io.vibee.session.ChangeCursor;
import io.vibee.session.Changes;
import io.vibee.session.FleetView;
import io.vibee.session.Lease;
import io.vibee.session.OtherTimelineException;
import io.vibee.session.RegisteredAgent;
import io.vibee.session.SessionChanges;
import io.vibee.session.SessionHolding.State;
import io.vibee.session.SessionLeases;
import io.vibee.session.StoreUnavailableException;
import io.vibee.session.testkit.SettableClock;
import io.vibee.session.testkit.TestSessions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests what leases have beyond the contract: a clock that moves, crashes, promotions. */
class InMemoryFleetTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final SettableClock clock = SettableClock.at(Instant.parse("2026-11-22T00:00:00Z"));
  private final InMemorySessionStore store = new InMemorySessionStore(clock);
  private final SessionLeases leases = store.as(SessionLeases.class).orElseThrow();
  private long timeline = 1;

  private long agent() {
    AgentRegistration told = AgentRegistration.builder("a", Duration.ofSeconds(60), 9).build();
    return leases.register(told, 1).agentId();
  }

  private List<Lease> claim(long agent) {
    return leases.claim(agent, 9, timeline);
  }

  private State state() {
    return leases.find("sess_1").orElseThrow().state();
  }

  private FleetView beat(long agent) {
    return leases.beat(agent, 1, AgentHealth.STARTING).orElseThrow();
  }

  @Test
  void coolsDownByTheClock() {
    store.save(TestSessions.session("1"));
    long agent = agent();
    leases.release(agent, claim(agent), MINUTE);
    assertThat(claim(agent)).isEmpty();
    clock.advance(MINUTE.minusMillis(1));
    assertThat(state()).isEqualTo(State.COOLING);
    assertThat(claim(agent)).isEmpty();
    clock.advance(Duration.ofMillis(1));
    assertThat(claim(agent)).hasSize(1);
  }

  @Test
  void doesNotWaitForATimeOfAClockThatHasJumpedBack() {
    store.save(TestSessions.session("1"));
    long agent = agent();
    leases.release(agent, claim(agent), MINUTE);
    clock.advance(Duration.ofSeconds(-30));
    assertThat(state()).isEqualTo(State.FREE);
    assertThat(beat(agent).claimable()).isEqualTo(1);
    assertThat(claim(agent)).hasSize(1);
  }

  @Test
  void keepsWhatIsWantedForAMinute() {
    store.save(TestSessions.session("1"));
    long holder = agent();
    long wanting = agent();
    List<Lease> held = claim(holder);
    leases.want(wanting, "sess_1");
    clock.advance(Duration.ofSeconds(59));
    assertThat(beat(holder).wanted()).containsExactly("sess_1");
    leases.release(holder, held, Duration.ZERO);
    assertThat(claim(holder)).isEmpty();
    clock.advance(Duration.ofSeconds(1));
    assertThat(claim(holder)).hasSize(1);
  }

  @Test
  void waitsForWhoTakesNoPartAndIsSilent() {
    store.save(TestSessions.session("1"));
    store.touch(List.of("sess_1"));
    long agent = agent();
    assertThat(claim(agent)).isEmpty();
    clock.advance(Duration.ofMinutes(4));
    store.touch(List.of("sess_1"));
    clock.advance(Duration.ofMinutes(2));
    assertThat(claim(agent)).as("it has reported it again").isEmpty();
    clock.advance(Duration.ofMinutes(2));
    assertThat(state()).isEqualTo(State.ELSEWHERE);
    clock.advance(Duration.ofMinutes(1));
    assertThat(claim(agent)).hasSize(1);
  }

  @Test
  void aTimeAheadOfTheClockKeepsNothingForLong() {
    store.save(TestSessions.session("1"));
    store.touch(List.of("sess_1"));
    clock.advance(Duration.ofDays(-1));
    long agent = agent();
    assertThat(claim(agent)).isEmpty();
    clock.advance(Duration.ofMinutes(5));
    assertThat(claim(agent)).as("nobody has reported it since").hasSize(1);
  }

  @Test
  void isQuietForAMonthAtMost() {
    store.save(TestSessions.session("1"));
    long agent = agent();
    Lease lease = claim(agent).get(0);
    leases.quietUntil(agent, lease, Instant.MAX);
    leases.release(agent, List.of(lease), Duration.ZERO);
    clock.advance(Duration.ofDays(30).minusSeconds(1));
    assertThat(state()).isEqualTo(State.QUIET);
    assertThat(claim(agent)).isEmpty();
    clock.advance(Duration.ofSeconds(1));
    assertThat(claim(agent)).hasSize(1);
  }

  @Test
  void aDeathLongAfterTheClaimIsNotTheSessionsFault() {
    store.save(TestSessions.session("1"));
    for (int death = 0; death < 5; death++) {
      long agent = agent();
      assertThat(claim(agent)).as("before death " + death).hasSize(1);
      clock.advance(Duration.ofMinutes(11));
      leases.end(agent, 1);
    }
    assertThat(claim(agent())).hasSize(1);
  }

  @Test
  void isPromoted() {
    store.save(TestSessions.session("1"));
    long agent = agent();
    Lease before = claim(agent).get(0);
    store.faults().promote();
    assertThatThrownBy(() -> claim(agent))
        .isInstanceOfSatisfying(
            OtherTimelineException.class, e -> assertThat(e.timeline()).isEqualTo(2));
    assertThat(beat(agent).settled()).as("nobody has waited").isFalse();
    assertThat(beat(agent).world().timeline()).isEqualTo(2);
    timeline = 2;
    assertThat(leases.held(agent, timeline)).containsExactly(before);
    AgentRegistration told = AgentRegistration.builder("b", MINUTE, 9).build();
    RegisteredAgent newcomer = leases.register(told, 1);
    assertThat(newcomer.agentId()).isEqualTo((2L << 40) + 1);
    assertThat(newcomer.settled()).isFalse();
    assertThat(leases.claim(agent, 0, timeline)).isEmpty();
    assertThat(beat(agent).settled()).isTrue();
    leases.release(agent, List.of(before), Duration.ZERO);
    assertThat(claim(agent).get(0).token()).isEqualTo((2L << 40) + 1);
  }

  @Test
  void aCrashOrAPromotionMakesTheFeedTellToReadAll() {
    SessionChanges feed = store.as(SessionChanges.class).orElseThrow();
    ChangeCursor cursor = feed.start();
    store.save(TestSessions.session("1"));
    for (Runnable event : List.<Runnable>of(store.faults()::restart, store.faults()::promote)) {
      event.run();
      Changes told = feed.since(cursor);
      assertThat(told.everything()).isTrue();
      assertThat(feed.since(told.cursor()).everything()).isFalse();
      cursor = told.cursor();
    }
    assertThat(beat(agent()).world().timeline()).isEqualTo(2);
  }

  @Test
  void failsLikeTheStore() {
    long agent = agent();
    store.faults().unavailable();
    assertThatThrownBy(() -> beat(agent)).isInstanceOf(StoreUnavailableException.class);
    store.faults().end();
    assertThat(beat(agent).stopped()).isFalse();
    SessionLeases other = store.reopen().as(SessionLeases.class).orElseThrow();
    assertThat(other.beat(agent, 2, AgentHealth.STARTING)).as("over the same data").isPresent();
  }
}
