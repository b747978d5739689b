package io.vibee.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.SessionHolding.State;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What somebody is told who is woken at night: what is the case, why, and what to do. */
class FleetOverviewTest {
  private static final Instant NOW = Instant.parse("2026-11-22T03:00:00.5Z");
  private static final Instant EARLIER = Instant.parse("2026-11-22T02:01:07.123456Z");

  private static AgentSummary agent(long id, AgentMark mark, int held, int secondsUnheard) {
    return new AgentSummary(
        id,
        "agent-" + id,
        Optional.of("10.0.0." + id),
        1,
        100,
        held,
        held,
        true,
        mark,
        false,
        false,
        EARLIER,
        NOW.minusSeconds(secondsUnheard),
        Optional.empty(),
        Duration.ofSeconds(60));
  }

  private static AgentSummary ended(long id) {
    AgentSummary living = agent(id, AgentMark.TAKING, 5, 900);
    return new AgentSummary(
        id,
        living.name(),
        living.address(),
        1,
        100,
        5,
        5,
        true,
        AgentMark.TAKING,
        true,
        false,
        EARLIER,
        living.seenAt(),
        Optional.of(NOW),
        living.silence());
  }

  private static FleetOverview fleet(AgentSummary... agents) {
    return new FleetOverview(
        new FleetStatus(NOW, Optional.empty(), Optional.empty()), List.of(agents));
  }

  private static SessionHolding holding(
      State state, @Nullable String detail, @Nullable Instant until, @Nullable Long agent) {
    return new SessionHolding(
        new Lease("sess_1", 7),
        state,
        detail,
        until,
        state == State.FREE ? null : EARLIER,
        agent,
        agent == null ? null : "agent-" + agent,
        agent == null ? null : "10.0.0." + agent);
  }

  private static SessionHolding of(State state) {
    return holding(state, null, null, null);
  }

  @Test
  void tellsWhereItRuns() {
    FleetOverview fleet = fleet(agent(3, AgentMark.TAKING, 5, 2));
    SessionHolding held = holding(State.HELD, null, null, 3L);
    assertThat(fleet.explain(held))
        .isEqualTo("runs on agent-3 at 10.0.0.3 since 2026-11-22T02:01:07Z");
    assertThat(fleet.runs(held)).isTrue();
    assertThat(fleet(agent(3, AgentMark.DRAINING, 5, 2)).explain(held))
        .endsWith(", which is draining: it lets go of it, and another agent takes it");
  }

  @Test
  void tellsThatItsAgentIsSilent() {
    SessionHolding held = holding(State.HELD, null, null, 3L);
    FleetOverview alone = fleet(agent(3, AgentMark.TAKING, 5, 75));
    assertThat(alone.runs(held)).isFalse();
    assertThat(alone.explain(held))
        .isEqualTo(
            "held by agent-3 at 10.0.0.3 since 2026-11-22T02:01:07Z, which has been silent for 75 s,"
                + " longer than its 60 s: no other agent is alive to take it over, so start one,"
                + " which does within 60 s");
    assertThat(
            fleet(agent(3, AgentMark.TAKING, 5, 75), agent(4, AgentMark.TAKING, 5, 1))
                .explain(held))
        .endsWith("the others take it over within 60 s; if they do not, look at their logs");
  }

  @Test
  void tellsWhoWillTakeIt() {
    assertThat(fleet(agent(3, AgentMark.TAKING, 5, 1)).explain(of(State.FREE)))
        .isEqualTo(
            "does not run yet, nobody holds it: agent-3 at 10.0.0.3 has room and takes it within"
                + " seconds; if it still does not run in a minute, look at the log of agent-3");
    assertThat(
            fleet(agent(3, AgentMark.TAKING, 5, 1), agent(4, AgentMark.TAKING, 5, 1))
                .explain(of(State.FREE)))
        .contains("2 agents have room, and one of them takes it");
    assertThat(fleet(ended(2)).explain(holding(State.ORPHANED, null, null, 2L)))
        .isEqualTo(
            "does not run, since its agent agent-2 at 10.0.0.2 has ended: no agent is registered, so start"
                + " one");
  }

  @Test
  void tellsWhyNobodyTakesIt() {
    FleetOverview fleet =
        fleet(
            agent(3, AgentMark.TAKING, 100, 1),
            agent(4, AgentMark.CORDONED, 5, 1),
            agent(5, AgentMark.DRAINING, 5, 1),
            agent(6, AgentMark.TAKING, 5, 61),
            ended(7));
    assertThat(fleet.explain(of(State.FREE)))
        .endsWith(
            "no agent has room (1 silent, 1 cordoned, 1 draining, 1 full), so start another one, or"
                + " run: vibee-session uncordon 4");
  }

  @Test
  void tellsWhatToDoAboutAQuarantine() {
    FleetOverview fleet = fleet(agent(3, AgentMark.TAKING, 5, 1));
    assertThat(fleet.explain(holding(State.QUARANTINED, "AUTH_KEY_DUPLICATED", null, null)))
        .isEqualTo(
            "quarantined since 2026-11-22T02:01:07Z (AUTH_KEY_DUPLICATED): once its cause is"
                + " removed, run: vibee-session clear sess_1");
    assertThat(fleet.explain(holding(State.QUARANTINED, "banned", null, 3L)))
        .isEqualTo(
            "quarantined (banned), which agent-3 at 10.0.0.3 has yet to let go: once its cause is"
                + " removed, run: vibee-session clear sess_1");
    assertThat(fleet.explain(holding(State.QUARANTINED, "holders died", null, null)))
        .contains("three of its agents in a row died")
        .endsWith("look at the logs of those agents, then run: vibee-session clear sess_1");
  }

  @Test
  void tellsUntilWhenItWaits() {
    FleetOverview fleet = fleet(agent(3, AgentMark.TAKING, 5, 1));
    assertThat(fleet.explain(holding(State.QUIET, null, NOW, null)))
        .startsWith("does not run before 2026-11-22T03:00:00Z, since Telegram asked for a pause")
        .endsWith("run: vibee-session clear sess_1");
    assertThat(fleet.explain(holding(State.COOLING, null, NOW, null)))
        .endsWith("agents may take it from 2026-11-22T03:00:00Z on");
    assertThat(fleet.explain(holding(State.ELSEWHERE, null, NOW, null)))
        .contains("takes no part", "the fleet takes it at 2026-11-22T03:00:00Z");
  }

  @Test
  void tellsThatTheFleetWasStopped() {
    FleetOverview fleet =
        new FleetOverview(
            new FleetStatus(NOW, Optional.of(EARLIER), Optional.of("a bad deploy")), List.of());
    assertThat(fleet.explain(holding(State.STOPPED, "a bad deploy", null, null)))
        .isEqualTo(
            "does not run, since the whole fleet was stopped at 2026-11-22T02:01:07Z (a bad deploy):"
                + " once its cause is removed, run: vibee-session resume-fleet");
  }

  @ParameterizedTest
  @EnumSource
  void saysOfEveryStateWhatToDoInOnePrintableLine(State state) {
    String hostile = "evil\u001b[31m\n\u202e\u2028";
    SessionHolding holding =
        new SessionHolding(
            new Lease("sess_1; rm -rf /\n", 7), state, hostile, null, null, 3L, hostile, hostile);
    for (FleetOverview fleet : List.of(fleet(), fleet(agent(3, AgentMark.TAKING, 5, 1)))) {
      assertThat(fleet.explain(holding))
          .hasSizeGreaterThan(10)
          .doesNotContain("\u001b", "\n", "\u202e", "\u2028", "rm -rf")
          .doesNotEndWith(".");
      if (state != State.HELD) assertThat(fleet.runs(holding)).isFalse();
      assertThat(fleet.explain(of(state))).hasSizeGreaterThan(10);
    }
  }

  @Test
  void aClockThatWasSetBackSilencesNobody() {
    AgentSummary ahead = agent(3, AgentMark.TAKING, 5, -900);
    assertThat(fleet(ahead).unheard(ahead)).isZero();
    assertThat(fleet(ahead).isSilent(ahead)).isFalse();
    AgentSummary gone = ended(4);
    assertThat(fleet(gone).isSilent(gone)).as("one that has ended").isFalse();
  }
}
