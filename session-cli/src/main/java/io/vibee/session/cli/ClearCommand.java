package io.vibee.session.cli;

import io.vibee.session.ManagedSessionStore;
import io.vibee.session.SessionHolding;
import io.vibee.session.SessionHolding.State;
import io.vibee.session.SessionLeases;
import io.vibee.session.SessionSummary;
import io.vibee.session.cli.terminal.CliContext;
import io.vibee.session.cli.terminal.Format;
import io.vibee.session.json.SessionJson;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;

@CommandLine.Command(
    name = "clear",
    description = {
      "Lets sessions run again that are in quarantine, or that pause since Telegram asked for it.",
      "",
      "Remove the cause first, which why tells: a session that Telegram refuses is soon in quarantine"
          + " again. All are found before the first is cleared.",
    },
    footer = {
      "  vibee-session clear 100200300",
      "  vibee-session clear sess_demo0001 sess_demo0002",
    })
final class ClearCommand extends LeasesCommand {
  @Mixin private final SessionArguments sessions = new SessionArguments();

  ClearCommand(CliContext context) {
    super(context);
  }

  @Override
  public Integer call() {
    return withLeases(this::clear);
  }

  private int clear(ManagedSessionStore store, SessionLeases leases) {
    List<SessionSummary> found = sessions.find(store, context().err());
    new EachSession(this, sessions.several()).run(found, session -> clear(leases, session));
    return 0;
  }

  private static EachSession.Done clear(SessionLeases leases, SessionSummary session) {
    String id = session.sessionId();
    Optional<SessionHolding> before = leases.find(id);
    boolean quarantined = before.filter(now -> now.state() == State.QUARANTINED).isPresent();
    boolean cleared = leases.clear(id);
    Map<String, @Nullable Object> document = new LinkedHashMap<>();
    document.put("user_id", session.userId());
    document.put("session_id", id);
    document.put("cleared", cleared);
    document.put(
        "reason", quarantined ? before.flatMap(SessionHolding::detail).orElse(null) : null);
    document.put("until", SessionJson.time(before.flatMap(SessionHolding::until).orElse(null)));
    String what =
        !cleared
            ? " was neither in quarantine nor paused: vibee-session why tells more"
            : quarantined
                ? " may run again; it was in quarantine"
                    + before.flatMap(SessionHolding::detail).map(why -> ": " + why).orElse("")
                : " may run again; it paused"
                    + before
                        .filter(now -> now.state() == State.QUIET)
                        .flatMap(SessionHolding::until)
                        .map(until -> " until " + Format.time(until))
                        .orElse("");
    return new EachSession.Done(document, "session " + id + " of user " + session.userId() + what);
  }
}
