package io.vibee.session.testkit.contract;

import io.vibee.session.AgentEndedException;
import io.vibee.session.AgentHealth;
import io.vibee.session.AgentRegistration;
import io.vibee.session.FleetAgent;
import io.vibee.session.FleetStatus;
import io.vibee.session.FleetView;
import io.vibee.session.Lease;
import io.vibee.session.ManagedSessionStore;
import io.vibee.session.RegisteredAgent;
import io.vibee.session.SessionHolding;
import io.vibee.session.SessionLeases;
import io.vibee.session.testkit.memory.InMemorySessionStore;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** A store whose leases are wrong in one way. */
class WrongLeases extends ForwardingStore {
  private final UnaryOperator<SessionLeases> mistake;

  WrongLeases(InMemorySessionStore store, UnaryOperator<SessionLeases> mistake) {
    super(store);
    this.mistake = mistake;
  }

  @Override
  SessionLeases leases(SessionLeases right) {
    return mistake.apply(right);
  }

  static class GivesAnIdAgain extends ForwardingLeases {
    private long last = Long.MIN_VALUE;

    GivesAnIdAgain(SessionLeases right) {
      super(right);
    }

    @Override
    public RegisteredAgent register(AgentRegistration registration, long beat) {
      RegisteredAgent agent = right.register(registration, beat);
      boolean again =
          last != Long.MIN_VALUE && right.beat(last, beat, AgentHealth.STARTING).isEmpty();
      last = again ? last : agent.agentId();
      return new RegisteredAgent(last, agent.world(), agent.settled());
    }
  }

  static class RevivesWhoHasEnded extends ForwardingLeases {
    private Optional<FleetView> last = Optional.empty();

    RevivesWhoHasEnded(SessionLeases right) {
      super(right);
    }

    @Override
    public RegisteredAgent register(AgentRegistration registration, long beat) {
      RegisteredAgent agent = right.register(registration, beat);
      last = right.beat(agent.agentId(), beat, AgentHealth.STARTING);
      return agent;
    }

    @Override
    public Optional<FleetView> beat(long agentId, long beat, AgentHealth health) {
      return right.beat(agentId, beat, health).or(() -> last);
    }
  }

  static class EndsWithoutComparingBeats extends ForwardingLeases {
    EndsWithoutComparingBeats(SessionLeases right) {
      super(right);
    }

    @Override
    public boolean end(long peerId, long seenBeat) {
      right.beat(peerId, seenBeat, AgentHealth.STARTING);
      return right.end(peerId, seenBeat);
    }
  }

  static class ShowsOthersAlone extends ForwardingLeases {
    ShowsOthersAlone(SessionLeases right) {
      super(right);
    }

    @Override
    public Optional<FleetView> beat(long agentId, long beat, AgentHealth health) {
      return right.beat(agentId, beat, health).map(view -> others(view, agentId));
    }

    private static FleetView others(FleetView view, long agentId) {
      List<FleetAgent> others =
          view.agents().stream().filter(agent -> agent.agentId() != agentId).toList();
      return new FleetView(
          view.world(),
          view.settled(),
          others,
          view.runnable(),
          view.claimable(),
          view.stopped(),
          view.refused(),
          view.wanted(),
          view.awaited());
    }
  }

  static class ClaimsOnAnyTimeline extends ForwardingLeases {
    ClaimsOnAnyTimeline(SessionLeases right) {
      super(right);
    }

    @Override
    public List<Lease> claim(long agentId, int atMost, long timeline) {
      return right.claim(agentId, atMost, 1);
    }
  }

  static class ClaimsNothingForWhoHasEnded extends ForwardingLeases {
    ClaimsNothingForWhoHasEnded(SessionLeases right) {
      super(right);
    }

    @Override
    public List<Lease> claim(long agentId, int atMost, long timeline) {
      try {
        return right.claim(agentId, atMost, timeline);
      } catch (AgentEndedException e) {
        return List.of();
      }
    }
  }

  static class ClaimsMore extends ForwardingLeases {
    ClaimsMore(SessionLeases right) {
      super(right);
    }

    @Override
    public List<Lease> claim(long agentId, int atMost, long timeline) {
      return right.claim(agentId, atMost + 1, timeline);
    }
  }

  static class GivesTheSameToken extends ForwardingLeases {
    GivesTheSameToken(SessionLeases right) {
      super(right);
    }

    @Override
    public List<Lease> claim(long agentId, int atMost, long timeline) {
      return right.claim(agentId, atMost, timeline).stream()
          .map(lease -> new Lease(lease.sessionId(), 7))
          .toList();
    }

    @Override
    public List<Lease> held(long agentId, long timeline) {
      return right.held(agentId, timeline).stream()
          .map(lease -> new Lease(lease.sessionId(), 7))
          .toList();
    }
  }

  static class ForgetsTheCoolDown extends ForwardingLeases {
    ForgetsTheCoolDown(SessionLeases right) {
      super(right);
    }

    @Override
    public Set<Lease> release(long agentId, Collection<Lease> leases, Duration coolDown) {
      return right.release(agentId, leases, Duration.ZERO);
    }
  }

  static class ReleasesUnderAnyToken extends ForwardingLeases {
    ReleasesUnderAnyToken(SessionLeases right) {
      super(right);
    }

    @Override
    public Set<Lease> release(long agentId, Collection<Lease> leases, Duration coolDown) {
      Set<Lease> current = new HashSet<>();
      for (Lease each : leases) {
        right.find(each.sessionId()).map(SessionHolding::lease).ifPresent(current::add);
      }
      return right.release(agentId, current, coolDown);
    }
  }

  static class HidesTheDeleted extends ForwardingLeases {
    HidesTheDeleted(SessionLeases right) {
      super(right);
    }

    @Override
    public Optional<SessionHolding> find(String sessionId) {
      return right
          .find(sessionId)
          .filter(holding -> holding.state() != SessionHolding.State.DELETED);
    }
  }

  static class ListsInTheOrderOfTheQuestion extends ForwardingLeases {
    ListsInTheOrderOfTheQuestion(SessionLeases right) {
      super(right);
    }

    @Override
    public List<SessionHolding> list(Collection<String> sessionIds) {
      return sessionIds.stream().map(right::find).flatMap(Optional::stream).toList();
    }
  }

  static class QuarantinesUnderAnyToken extends ForwardingLeases {
    QuarantinesUnderAnyToken(SessionLeases right) {
      super(right);
    }

    @Override
    public boolean quarantine(long agentId, Lease lease, String reason) {
      return right.quarantine(lease.sessionId(), reason);
    }
  }

  static class CountsWhatMayNotBeClaimed extends ForwardingLeases {
    CountsWhatMayNotBeClaimed(SessionLeases right) {
      super(right);
    }

    @Override
    public Optional<FleetView> beat(long agentId, long beat, AgentHealth health) {
      return right
          .beat(agentId, beat, AgentHealth.STARTING)
          .map(
              view ->
                  new FleetView(
                      view.world(),
                      view.settled(),
                      view.agents(),
                      view.runnable(),
                      view.runnable(),
                      view.stopped(),
                      view.refused(),
                      view.wanted(),
                      view.awaited()));
    }
  }

  static class EndsWithWhatIsConnected extends ForwardingLeases {
    EndsWithWhatIsConnected(SessionLeases right) {
      super(right);
    }

    @Override
    public int leave(long agentId, boolean leaveOrphans) {
      return right.leave(agentId, true);
    }
  }

  static class WritesUnderLostLeases extends ForwardingLeases {
    WritesUnderLostLeases(SessionLeases right) {
      super(right);
    }

    @Override
    public ManagedSessionStore under(Collection<Lease> leases) {
      return right.under(List.of());
    }
  }

  static class ForgetsQuarantine extends ForwardingLeases {
    ForgetsQuarantine(SessionLeases right) {
      super(right);
    }

    @Override
    public List<SessionHolding> taken() {
      return right.taken().stream()
          .filter(holding -> holding.state() == SessionHolding.State.HELD)
          .toList();
    }
  }

  static class ForgetsWhyItWasStopped extends ForwardingLeases {
    ForgetsWhyItWasStopped(SessionLeases right) {
      super(right);
    }

    @Override
    public FleetStatus status() {
      FleetStatus status = right.status();
      return new FleetStatus(status.at(), status.stoppedAt(), Optional.empty());
    }
  }

  static class CountsWhatRunsAlone extends ForwardingLeases {
    CountsWhatRunsAlone(SessionLeases right) {
      super(right);
    }

    @Override
    public Map<SessionHolding.State, Long> counts() {
      long held = right.counts().getOrDefault(SessionHolding.State.HELD, 0L);
      return Map.of(SessionHolding.State.HELD, held);
    }
  }
}
