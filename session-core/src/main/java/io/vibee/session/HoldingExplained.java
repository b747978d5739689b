package io.vibee.session;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** The sentence for people of {@link FleetOverview#explain}: what is the case, why, what to do. */
final class HoldingExplained {
  /** What a shell takes as it is, and the command line as no option. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@+][A-Za-z0-9_.:@+-]*");

  /** The reason of those that the store has quarantined by itself. */
  private static final String HOLDERS_DIED = "holders died";

  private final FleetOverview fleet;
  private final SessionHolding holding;

  HoldingExplained(FleetOverview fleet, SessionHolding holding) {
    this.fleet = fleet;
    this.holding = holding;
  }

  String line() {
    return switch (holding.state()) {
      case HELD -> held();
      case ORPHANED -> "does not run, since its agent " + holder() + " has ended: " + nextTaker();
      case FREE -> "does not run yet, nobody holds it: " + nextTaker();
      case COOLING ->
          "does not run, it was released a moment ago: agents may take it"
              + holding.until().map(until -> " from " + time(until) + " on").orElse(" soon");
      case QUIET -> quiet();
      case QUARANTINED -> quarantined();
      case ELSEWHERE -> elsewhere();
      case INACTIVE ->
          "does not run, since it is inactive: if agents should run it, run: "
              + command("activate");
      case DELETED -> "does not run, since it was deleted: if it should run, add it again";
      case STOPPED ->
          "does not run, since the whole fleet was stopped"
              + fleet.status().stoppedAt().map(at -> " at " + time(at)).orElse("")
              + inBrackets(holding.detail())
              + ": once its cause is removed, run: vibee-session resume-fleet";
      case NO_AGENT ->
          "does not run, since no agent is registered: start one, and look at its log if it does not"
              + " show up in: vibee-session fleet";
    };
  }

  private String held() {
    Optional<AgentSummary> agent = agent();
    if (agent.isPresent() && fleet.isSilent(agent.get())) return heldBySilent(agent.get());
    return "runs on "
        + holder()
        + since()
        + agent
            .filter(summary -> summary.mark() == AgentMark.DRAINING)
            .map(draining -> ", which is draining: it lets go of it, and another agent takes it")
            .orElse("");
  }

  private String heldBySilent(AgentSummary agent) {
    boolean alone = fleet.living().stream().allMatch(fleet::isSilent);
    return "held by %s%s, which has been silent for %s, longer than its %s: %s"
        .formatted(
            holder(),
            since(),
            seconds(fleet.unheard(agent)),
            seconds(agent.silence()),
            alone
                ? "no other agent is alive to take it over, so start one, which does within "
                    + seconds(agent.silence())
                : "the others take it over within "
                    + seconds(agent.silence())
                    + "; if they do not, look at their logs");
  }

  private String quiet() {
    return "does not run"
        + holding.until().map(until -> " before " + time(until)).orElse("")
        + ", since Telegram asked for a pause: it starts by itself then; to start it earlier, which"
        + " may make the pause longer, run: "
        + command("clear");
  }

  private String quarantined() {
    String reason = holding.detail().orElse("no reason was told");
    boolean died = reason.equals(HOLDERS_DIED);
    String cause =
        died ? "three of its agents in a row died soon after they got it, perhaps by it" : reason;
    // Of one that somebody has, the store tells since when they have it.
    String since = holding.agentId().isEmpty() ? since() : "";
    String keeps =
        agent().filter(agent -> !agent.ended()).isPresent()
            ? ", which " + holder() + " has yet to let go"
            : "";
    return "quarantined%s (%s)%s: %s: %s"
        .formatted(
            since,
            cause,
            keeps,
            died ? "look at the logs of those agents, then run" : "once its cause is removed, run",
            command("clear"));
  }

  private String elsewhere() {
    return "does not run in the fleet, since an agent that takes no part in it has reported it"
        + holding
            .until()
            .map(
                until -> ": unless that one reports it again, the fleet takes it at " + time(until))
            .orElse(": the fleet takes it once that one is silent")
        + "; to have it sooner, do not start it twice: stop that agent, and wait";
  }

  /** Says who takes the session next, or why nobody does. */
  private String nextTaker() {
    List<AgentSummary> living = fleet.living();
    List<AgentSummary> takers = living.stream().filter(fleet::hasRoom).toList();
    if (!takers.isEmpty()) {
      AgentSummary first = takers.get(0);
      return (takers.size() == 1
              ? named(first.name(), first.address()) + " has room and takes it"
              : takers.size() + " agents have room, and one of them takes it")
          + " within seconds; if it still does not run in a minute, look at the log of "
          + first.name();
    }
    if (living.isEmpty()) return "no agent is registered, so start one";
    List<String> why = new ArrayList<>();
    count(living, why, fleet::isSilent, "silent");
    count(living, why, agent -> isMarked(agent, AgentMark.CORDONED), "cordoned");
    count(living, why, agent -> isMarked(agent, AgentMark.DRAINING), "draining");
    count(living, why, agent -> isMarked(agent, AgentMark.TAKING), "full");
    return "no agent has room ("
        + String.join(", ", why)
        + "), so start another one"
        + living.stream()
            .filter(agent -> isMarked(agent, AgentMark.CORDONED))
            .findFirst()
            .map(agent -> ", or run: vibee-session uncordon " + agent.agentId())
            .orElse("");
  }

  private boolean isMarked(AgentSummary agent, AgentMark mark) {
    return !fleet.isSilent(agent) && agent.mark() == mark;
  }

  private static void count(
      List<AgentSummary> agents, List<String> to, Predicate<AgentSummary> which, String what) {
    long number = agents.stream().filter(which).count();
    if (number > 0) to.add(number + " " + what);
  }

  private Optional<AgentSummary> agent() {
    return holding.agentId().flatMap(fleet::agent);
  }

  private String holder() {
    return named(holding.agent().orElse("unknown"), holding.address());
  }

  private static String named(String name, Optional<String> address) {
    return name + address.map(at -> " at " + at).orElse("");
  }

  private String since() {
    return holding.since().map(since -> " since " + time(since)).orElse("");
  }

  private String command(String name) {
    String id = holding.lease().sessionId();
    return "vibee-session " + name + " " + (PLAIN.matcher(id).matches() ? id : "with its id");
  }

  private static String inBrackets(Optional<String> text) {
    return text.map(t -> " (" + t + ")").orElse("");
  }

  private static String time(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static String seconds(Duration duration) {
    return duration.toSeconds() + " s";
  }
}
