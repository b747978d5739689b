package io.vibee.session.cli;

import io.vibee.session.ManagedSessionStore;
import io.vibee.session.SessionSummary;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;

/** What activate and deactivate have in common: all but the direction. */
abstract class Activation extends DatabaseCommand {
  private final boolean active;

  @Mixin private final SessionArguments sessions = new SessionArguments();

  Activation(Surroundings here, boolean active) {
    super(here);
    this.active = active;
  }

  @Override
  public Integer call() {
    return withStore(this::change);
  }

  private int change(ManagedSessionStore store) {
    List<SessionSummary> found = sessions.find(store, here().err());
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
