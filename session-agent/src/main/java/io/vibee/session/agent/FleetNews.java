package io.vibee.session.agent;

import io.vibee.session.AgentMark;
import io.vibee.session.AgentRegistration;
import io.vibee.session.FleetAgent;
import io.vibee.session.FleetView;
import io.vibee.session.RegisteredAgent;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the log that the agent takes part in a fleet, and, once each, what beats tell that others
 * have done to the fleet or to the agent: it is why sessions are not started, or end. For one
 * thread.
 */
final class FleetNews {
  private static final Logger log = LoggerFactory.getLogger(FleetNews.class);

  private final Duration silence;
  private long timeline;
  private AgentMark mark = AgentMark.TAKING;
  private boolean stopped;

  /**
   * Has nothing to say yet.
   *
   * @param silence the agent's
   */
  FleetNews(Duration silence) {
    this.silence = silence;
  }

  /** The agent is another one now, to which nobody has said anything. */
  void registered(RegisteredAgent agent, AgentRegistration registration) {
    log.info("takes part in the fleet as agent {}: {}", agent.agentId(), registration);
    timeline = agent.world().timeline();
    mark = AgentMark.TAKING;
  }

  void heard(FleetView view, long agent) {
    if (view.world().timeline() != timeline) {
      timeline = view.world().timeline();
      log.warn(
          "a standby of the database was promoted: what runs goes on, nothing is started for the"
              + " longest silence of all agents, {} ms or more",
          silence.toMillis());
    }
    if (view.stopped() != stopped) {
      stopped = view.stopped();
      if (stopped) log.warn("the fleet is stopped: nothing is started until somebody resumes it");
      else log.info("the fleet was resumed: sessions are started again");
    }
    view.agents().stream()
        .filter(each -> each.agentId() == agent)
        .map(FleetAgent::mark)
        .forEach(this::marked);
  }

  private void marked(AgentMark now) {
    if (now == mark) return;
    mark = now;
    switch (now) {
      case TAKING -> log.info("an operator lets the agent take sessions again");
      case CORDONED -> log.info("an operator has told the agent to take no more sessions");
      case DRAINING -> log.info("an operator has told the agent to let go of all its sessions");
    }
  }
}
