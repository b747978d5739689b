package io.vibee.session.cli;

import io.vibee.session.ManagedSessionStore;
import io.vibee.session.SessionQuery;
import io.vibee.session.SessionSummary;
import java.util.List;
import java.util.function.Consumer;

/** Reads more sessions than one call of a store gives, for commands that look at all of them. */
final class SessionPages {
  private SessionPages() {}

  /** Reads the sessions of a query and all that follow. */
  static void forEach(
      ManagedSessionStore store, SessionQuery first, Consumer<SessionSummary> consumer) {
    SessionQuery query = first;
    List<SessionSummary> page;
    do {
      page = store.list(query);
      page.forEach(consumer);
      if (!page.isEmpty()) query = query.after(page.get(page.size() - 1).id());
    } while (!page.isEmpty());
  }
}
