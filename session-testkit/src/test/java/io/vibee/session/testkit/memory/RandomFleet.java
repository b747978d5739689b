package io.vibee.session.testkit.memory;

import io.vibee.session.AgentHealth;
import io.vibee.session.AgentMark;
import io.vibee.session.AgentRegistration;
import io.vibee.session.FleetView;
import io.vibee.session.Lease;
import io.vibee.session.ManagedSessionStore;
import io.vibee.session.Session;
import io.vibee.session.SessionHolding;
import io.vibee.session.SessionLeases;
import io.vibee.session.testkit.TestSessions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Lets agents do random things; the same seed does the same with another store. */
final class RandomFleet {
  private static final List<String> SESSIONS = List.of("sess_1", "sess_2", "sess_3", "sess_4");

  private final Random random;
  private final ManagedSessionStore store;
  private final SessionLeases leases;
  private final List<Long> agents = new ArrayList<>(List.of(17L));
  private final List<Lease> seen = new ArrayList<>(List.of(new Lease("none", 1)));
  private final Instant later;

  RandomFleet(Random random, ManagedSessionStore store, Instant later) {
    this.random = random;
    this.store = store;
    this.leases = store.as(SessionLeases.class).orElseThrow();
    this.later = later;
  }

  /** Describes what was done, and what came of it. */
  String next() {
    long agent = one(agents);
    String session = one(SESSIONS);
    Lease lease = one(seen);
    int what = random.nextInt(24);
    return what
        + " "
        + switch (what) {
          case 0, 1 -> register();
          case 2 -> "" + leases.end(agent, 1);
          case 3 -> claimed(leases.claim(agent, session, 1).stream().toList());
          case 4, 5, 6, 7 -> claimed(leases.claim(agent, random.nextInt(4) == 0 ? 0 : 99, 1));
          case 8 -> claimed(leases.held(agent, 1 + random.nextInt(8) / 7));
          case 9, 10 -> released(agent, random.nextBoolean() ? Duration.ZERO : Duration.ofDays(1));
          case 11 -> random.nextInt(4) == 0 ? "" + leases.leave(agent, random.nextBoolean()) : "";
          case 12 -> "" + leases.mark(agent, one(List.of(AgentMark.TAKING, one(marks()))));
          case 13 -> "" + leases.want(agent, session);
          case 14 -> "" + leases.quarantine(agent, lease, "it was refused");
          case 15 -> "" + leases.quarantine(session, "by hand");
          case 16 -> "" + leases.clear(session);
          case 17 -> "" + leases.quietUntil(agent, lease, later);
          case 18 -> random.nextInt(3) == 0 ? "" + leases.stop("a test") : "" + leases.resume();
          case 19 -> "" + store.touch(List.of(session));
          case 20 -> "" + store.save(session()).outcome();
          case 21 -> "" + store.delete(session);
          case 22 -> "" + leases.under(List.of(lease)).touch(List.of(session));
          default ->
              view(leases.beat(agent, 1, new AgentHealth(2, random.nextBoolean())).orElse(null));
        }
        + "\n"
        + leases.list().stream().map(RandomFleet::holding).collect(Collectors.joining("\n"))
        + leases.counts()
        + leases.status().stopped()
        + leases.status().reason();
  }

  private static List<AgentMark> marks() {
    return List.of(AgentMark.values());
  }

  private Session session() {
    return TestSessions.builder("" + (1 + random.nextInt(4))).active(random.nextInt(4) > 0).build();
  }

  private String register() {
    AgentRegistration told =
        AgentRegistration.builder("a" + agents.size(), Duration.ofSeconds(60), 9).build();
    agents.add(leases.register(told, 1).agentId());
    return "" + agents.get(agents.size() - 1);
  }

  private String claimed(List<Lease> claimed) {
    List<Lease> sorted = claimed.stream().sorted(Comparator.comparing(Lease::sessionId)).toList();
    seen.addAll(sorted);
    return sorted.toString();
  }

  private String released(long agent, Duration coolDown) {
    List<Lease> some = List.of(one(seen), one(seen), one(seen));
    return leases.release(agent, some, coolDown).stream()
        .map(Lease::toString)
        .sorted()
        .toList()
        .toString();
  }

  private static String view(@Nullable FleetView view) {
    if (view == null) return "ended";
    return view.agents().stream()
            .map(each -> each.agentId() + " " + each.beat() + " " + each.mark() + " " + each.held())
            .toList()
        + " "
        + view.runnable()
        + " "
        + view.claimable()
        + " "
        + view.stopped()
        + " "
        + view.settled()
        + " "
        + view.wanted();
  }

  private static String holding(SessionHolding each) {
    return String.join(
        " ",
        each.lease().toString(),
        each.state().toString(),
        each.detail().orElse("-"),
        "until=" + each.until().isPresent(),
        "since=" + each.since().isPresent(),
        each.agentId().map(Object::toString).orElse("-"),
        each.agent().orElse("-"));
  }

  private <T> T one(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
