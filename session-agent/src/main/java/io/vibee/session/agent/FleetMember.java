package io.vibee.session.agent;

import io.vibee.session.FleetScope;
import io.vibee.session.Lease;
import io.vibee.session.MisconfiguredException;
import io.vibee.session.SchemaVersionException;
import io.vibee.session.Session;
import io.vibee.session.SessionChanges;
import io.vibee.session.SessionException;
import io.vibee.session.SessionHolding;
import io.vibee.session.SessionLeases;
import io.vibee.session.SessionSource;
import io.vibee.session.SessionStore;
import io.vibee.session.StoreUnavailableException;
import io.vibee.session.UnreadableSessionException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An agent's part in a fleet: its membership, the sessions that it owns, and the feed. Thread-safe.
 */
final class FleetMember {
  private static final Logger log = LoggerFactory.getLogger(SessionAgent.class);
  private static final int HALTED = 9;
  private static final int LISTED = 20;

  /** The SQLState of a role that lacks a right. */
  private static final String NO_RIGHT = "42501";

  private final SessionLeases leases;
  private final SessionStore store;
  private final FleetOptions options;

  /** Whose session it runs; null for all. */
  private final @Nullable String user;

  private final Membership membership;
  private final LeasedSessions sessions;
  private final FleetFeed feed;
  private volatile @Nullable String dedicatedTo;

  private FleetMember(
      SessionStore store,
      SessionLeases leases,
      SessionChanges changes,
      FleetScope scope,
      FleetOptions options,
      Accounts accounts,
      StoreHealth health,
      Supplier<BackOff> backOffs) {
    this.store = store;
    this.leases = leases;
    this.options = options;
    this.user = scope instanceof FleetScope.OfUser one ? one.userId() : null;
    boolean dedicated = user != null;
    this.sessions =
        new LeasedSessions(store, leases, accounts, this::giveUp, backOffs.get(), health);
    Optional<ProcessIdentity> process = ProcessIdentity.ofThisProcess();
    this.membership =
        new Membership(
            leases,
            options.settings(dedicated),
            options.registration(dedicated, process),
            process.orElse(null),
            sessions,
            health);
    this.sessions.of(membership);
    this.feed =
        new FleetFeed(changes, sessions, membership, this::dedicate, backOffs.get(), health);
  }

  /**
   * Makes one if the agent is to take part.
   *
   * @return empty if it is to run outside of a fleet
   * @throws MisconfiguredException if it is to take part and cannot, as its source is none of a
   *     fleet or only reads, or its role lacks the rights
   * @throws SchemaVersionException if it is to take part and the database has no tables for that
   * @throws SessionException if the database cannot be asked, or forbids it
   */
  static Optional<FleetMember> of(
      SessionSource source,
      FleetOptions options,
      Accounts accounts,
      StoreHealth health,
      Supplier<BackOff> backOffs) {
    if (options.mode() == FleetOptions.Mode.OFF) return Optional.empty();
    boolean must = options.mode() == FleetOptions.Mode.ON;
    SessionStore store = source.store().orElse(null);
    SessionLeases leases = store == null ? null : store.as(SessionLeases.class).orElse(null);
    SessionChanges changes = store == null ? null : store.as(SessionChanges.class).orElse(null);
    if (store == null || leases == null || changes == null) {
      if (must) throw no("its sessions do not come from a database that has fleets");
      return Optional.empty();
    }
    boolean used;
    try {
      used = !leases.agents().isEmpty();
    } catch (SchemaVersionException e) {
      if (must) throw e;
      return Optional.empty();
    } catch (StoreUnavailableException e) {
      if (!e.sqlState().equals(NO_RIGHT)) throw e;
      throw no("its role may not, and needs the grants of vibee_member in docs/security.md");
    }
    if (store.readOnly()) {
      if (!must && !used) return Optional.empty();
      throw no("its store only reads, so it could own no session, nor show which it runs");
    }
    Optional<FleetScope> scope = source.fleetScope();
    if (scope.isEmpty()) {
      if (must) throw no("its source of sessions does not say which of them are the fleet's");
      log.warn("takes no part in the fleet: its source of sessions is none of a fleet's");
      return Optional.empty();
    }
    return Optional.of(
        new FleetMember(store, leases, changes, scope.get(), options, accounts, health, backOffs));
  }

  private static MisconfiguredException no(String why) {
    return new MisconfiguredException(
        "the agent cannot take part in the fleet of its database: "
            + why
            + "; to run outside of it all the same, set SESSION_FLEET=off");
  }

  Membership membership() {
    return membership;
  }

  LeasedSessions sessions() {
    return sessions;
  }

  /** Begins, on threads that the caller gets to keep. */
  void start(SessionAgent.Threads threads) {
    feed.begin();
    threads.start("fleet-sessions", sessions, sessions::stop);
    membership.start();
    dedicate();
    threads.start("fleet-feed", feed, feed::stop);
  }

  /** Finds out which session is the user's, if the agent is there for one. */
  private void dedicate() {
    if (user == null) return;
    String session = null;
    try {
      session =
          store.findByUserId(user).filter(Session::active).map(Session::sessionId).orElse(null);
    } catch (UnreadableSessionException e) {
      session = e.session().sessionId();
    }
    if (session != null && !session.equals(dedicatedTo)) tellHolder(session);
    dedicatedTo = session;
    membership.dedicate(session);
  }

  private void tellHolder(String session) {
    Optional<SessionHolding> holder =
        leases.find(session).filter(each -> each.state() == SessionHolding.State.HELD);
    holder.ifPresent(each -> log.warn("waits until its holder lets go of session {}", each));
  }

  private void giveUp(List<Lease> open) {
    List<String> names = open.stream().limit(LISTED).map(Lease::sessionId).toList();
    String more = open.size() > LISTED ? " …" : "";
    if (options.closeHangs() == FleetOptions.CloseHangs.RISK_CONNECTED_TWICE) {
      log.error(
          "{} sessions were not closed in time, and others may connect them now: {}{}",
          open.size(),
          String.join(", ", names),
          more);
      return;
    }
    log.error(
        "{} sessions were not closed in time, and others may connect them now: halts the process:"
            + " {}{}",
        open.size(),
        String.join(", ", names),
        more);
    Runtime.getRuntime().halt(HALTED);
  }

  Duration silence() {
    return options.settings().silence();
  }
}
