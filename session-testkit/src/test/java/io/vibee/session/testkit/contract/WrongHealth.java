package io.vibee.session.testkit.contract;

import io.vibee.session.AgentHealth;
import io.vibee.session.AgentRegistration;
import io.vibee.session.AgentSummary;
import io.vibee.session.FleetConnection;
import io.vibee.session.FleetView;
import io.vibee.session.Lease;
import io.vibee.session.RegisteredAgent;
import io.vibee.session.SessionLeases;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Leases that are wrong about how agents are, and about what they died of. */
final class WrongHealth {
  private static final AgentHealth STEADY = new AgentHealth(0, true);

  private WrongHealth() {}

  static class BlamesTheInnocent extends ForwardingLeases {
    BlamesTheInnocent(SessionLeases right) {
      super(right);
    }

    @Override
    public Optional<FleetView> beat(long agentId, long beat, AgentHealth health) {
      return right.beat(agentId, beat, new AgentHealth(health.running(), false));
    }
  }

  static class BlamesNobody extends ForwardingLeases {
    BlamesNobody(SessionLeases right) {
      super(right);
    }

    @Override
    public boolean end(long peerId, long seenBeat) {
      right.beat(peerId, seenBeat, STEADY);
      return right.end(peerId, seenBeat);
    }
  }

  static class GivesMoreBesideSuspects extends ForwardingLeases {
    GivesMoreBesideSuspects(SessionLeases right) {
      super(right);
    }

    @Override
    public List<Lease> claim(long agentId, int atMost, long timeline) {
      right.beat(agentId, 1, STEADY);
      return right.claim(agentId, atMost, timeline);
    }
  }

  static class ClaimsAnyForAName extends ForwardingLeases {
    ClaimsAnyForAName(SessionLeases right) {
      super(right);
    }

    @Override
    public Optional<Lease> claim(long agentId, String sessionId, long timeline) {
      return right.claim(agentId, 1, timeline).stream().findFirst();
    }
  }

  static class ForgetsRefusals extends ForwardingLeases {
    ForgetsRefusals(SessionLeases right) {
      super(right);
    }

    @Override
    public Optional<FleetView> beat(long agentId, long beat, AgentHealth health) {
      return right
          .beat(agentId, beat, health)
          .map(
              view ->
                  new FleetView(
                      view.world(),
                      view.settled(),
                      view.agents(),
                      view.runnable(),
                      view.claimable(),
                      view.stopped(),
                      0,
                      view.wanted(),
                      view.awaited()));
    }
  }

  static class ForgetsWhatIsAwaited extends ForwardingLeases {
    ForgetsWhatIsAwaited(SessionLeases right) {
      super(right);
    }

    @Override
    public Optional<FleetView> beat(long agentId, long beat, AgentHealth health) {
      return right
          .beat(agentId, beat, health)
          .map(
              view ->
                  new FleetView(
                      view.world(),
                      view.settled(),
                      view.agents(),
                      view.runnable(),
                      view.claimable(),
                      view.stopped(),
                      view.refused(),
                      view.wanted(),
                      List.of()));
    }
  }

  static class ListsTheLivingAlone extends ForwardingLeases {
    ListsTheLivingAlone(SessionLeases right) {
      super(right);
    }

    @Override
    public List<AgentSummary> agents() {
      return right.agents().stream().filter(agent -> !agent.ended()).toList();
    }
  }

  static class BeatsOnAfterClose extends ForwardingLeases {
    BeatsOnAfterClose(SessionLeases right) {
      super(right);
    }

    @Override
    public FleetConnection connect(Duration timeout) {
      FleetConnection connection = right.connect(timeout);
      return new FleetConnection() {
        @Override
        public RegisteredAgent register(AgentRegistration registration, long beat) {
          return connection.register(registration, beat);
        }

        @Override
        public Optional<FleetView> beat(long agentId, long beat, AgentHealth health) {
          return connection.beat(agentId, beat, health);
        }

        @Override
        public void close() {}
      };
    }
  }
}
