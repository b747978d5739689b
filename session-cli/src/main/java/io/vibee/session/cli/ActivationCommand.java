package io.vibee.session.cli;

import io.vibee.session.ManagedSessionStore;
import io.vibee.session.SessionSummary;
import io.vibee.session.cli.terminal.CliContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;

/** The commands {@code activate} and {@code deactivate}, which differ only in what they set. */
abstract class ActivationCommand extends DatabaseCommand {
  private final boolean active;

  @Mixin private final SessionArguments sessions = new SessionArguments();

  @CommandLine.Command(
      name = "activate",
      description = {
        "Lets agents load sessions. One that is active stays as it is.",
        "",
        "All are found before the first is changed.",
      },
      footer = {
        "  vibee-session activate 100200300",
        "  vibee-session activate @demo_user +10005550123 sess_demo0003",
      })
  static final class Activate extends ActivationCommand {
    Activate(CliContext context) {
      super(context, true);
    }
  }

  @CommandLine.Command(
      name = "deactivate",
      description = {
        "Keeps agents from loading sessions, and keeps their values.",
        "",
        "An agent that runs keeps what it has loaded until it is started again, unless the change"
            + " was made through that agent's own API. All are found before the first is changed.",
      },
      footer = "  vibee-session deactivate 100200300 @demo_user")
  static final class Deactivate extends ActivationCommand {
    Deactivate(CliContext context) {
      super(context, false);
    }
  }

  private ActivationCommand(CliContext context, boolean active) {
    super(context);
    this.active = active;
  }

  @Override
  public Integer call() {
    return withStore(this::change);
  }

  private int change(ManagedSessionStore store) {
    List<SessionSummary> found = sessions.find(store, context().err());
    new EachSession(this, sessions.several()).run(found, session -> change(store, session));
    return 0;
  }

  private EachSession.Done change(ManagedSessionStore store, SessionSummary found) {
    String id = found.sessionId();
    boolean changed = active ? store.activate(id) : store.deactivate(id);
    Map<String, @Nullable Object> document = new LinkedHashMap<>();
    document.put("user_id", found.userId());
    document.put("session_id", id);
    document.put("is_active", active);
    document.put("changed", changed);
    String state = active ? "active" : "inactive";
    String what = changed ? " is " + state + " now" : " was " + state + " already";
    return new EachSession.Done(document, "session " + id + " of user " + found.userId() + what);
  }
}
