package io.vibee.session.agent.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.AgentMark;
import io.vibee.session.AgentRegistration;
import io.vibee.session.FleetAgent;
import io.vibee.session.FleetView;
import io.vibee.session.FleetWorld;
import io.vibee.session.Lease;
import io.vibee.session.RegisteredAgent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;

/** An agent that has registered at 0 s and sent a beat. Its L is 60 s, D is 29.4 s after a beat. */
abstract class ProtocolScenario {
  static final long ME = 1;
  static final long OTHER = 2;
  static final FleetWorld SETTLED = new FleetWorld(7, 1);
  static final FleetWorld PROMOTED = new FleetWorld(8, 2);
  static final Lease A = new Lease("a", (1L << 40) + 1);
  static final Lease B = new Lease("b", (1L << 40) + 1);
  static final Lease C = new Lease("c", (1L << 40) + 1);

  /** The suggested settings, without waves. */
  private static final FleetSettings ALL_AT_ONCE =
      FleetSettings.suggested(100)
          .with(new WaveSettings(List.of(), Duration.ZERO, Duration.ofDays(1), 3, 0.2));

  final LeaseProtocol protocol = new LeaseProtocol(ALL_AT_ONCE, new Random(1));

  /** What the wall clock is ahead of the other one, in seconds. */
  double ahead;

  List<Action> answer = List.of();

  @BeforeEach
  void registers() {
    assertThat(protocol.tick(at(0))).containsExactly(new Action.Register());
    answer = protocol.registered(at(0), at(0), new RegisteredAgent(ME, SETTLED, true));
    assertBeats();
  }

  final Moment at(double seconds) {
    return new Moment((long) (seconds * 1e9), (long) ((seconds + ahead) * 1e9));
  }

  static FleetAgent agent(long id, long beat, int held) {
    AgentRegistration its =
        AgentRegistration.builder("agent", Duration.ofSeconds(60), 100).generation(1).build();
    return new FleetAgent(id, beat, AgentMark.TAKING, held, 0, false, its);
  }

  static FleetAgent other(long beat, int held) {
    return agent(OTHER, beat, held);
  }

  /** What a beat tells the agent, which holds so many sessions; only the first world is settled. */
  static FleetView view(FleetWorld world, int held, int claimable, FleetAgent... others) {
    List<FleetAgent> agents = new ArrayList<>(List.of(others));
    agents.add(agent(ME, 0, held));
    return view(world, world.equals(SETTLED), agents, claimable);
  }

  static FleetView view(FleetWorld world, boolean settled, List<FleetAgent> agents, int claimable) {
    return new FleetView(world, settled, agents, 10, claimable, false, 0, List.of(), List.of());
  }

  /** The agent has both sessions that there are, another one has none. */
  static FleetView tooMany() {
    FleetView view = view(SETTLED, 2, 0, other(1, 0));
    return new FleetView(view.world(), true, view.agents(), 2, 0, false, 0, List.of(), List.of());
  }

  static FleetView wants(FleetView view, String session) {
    return new FleetView(
        view.world(),
        view.settled(),
        view.agents(),
        view.runnable(),
        view.claimable(),
        view.stopped(),
        view.refused(),
        List.of(session),
        view.awaited());
  }

  static FleetView stopped(FleetView view) {
    return new FleetView(
        view.world(),
        view.settled(),
        view.agents(),
        view.runnable(),
        view.claimable(),
        true,
        view.refused(),
        view.wanted(),
        view.awaited());
  }

  final void beat(double sent, double arrived, FleetView view) {
    answer = protocol.beatConfirmed(at(sent), at(arrived), view, Set.of());
  }

  final void tick(double time) {
    answer = protocol.tick(at(time));
  }

  final void answered(double time, Reply reply) {
    answer = protocol.answered(at(time), reply);
  }

  final void assertBeats() {
    assertThat(answer).anyMatch(action -> action instanceof Action.Beat);
  }

  final void assertNo(Class<? extends Action> action) {
    assertThat(answer).noneMatch(action::isInstance);
  }

  /** Claims and starts two sessions by 0.3 s, and has sent its next beat at 5 s. */
  final void runsTwo() {
    beat(0, 0.1, view(SETTLED, 0, 2));
    assertThat(answer).contains(new Action.Claim(ME, 2, 1));
    answered(0.3, new Reply.Leases(List.of(A, B)));
    assertThat(answer).contains(new Action.Start(A), new Action.Start(B));
    tick(5);
    assertBeats();
  }
}
