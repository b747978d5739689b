package io.vibee.session;

import java.util.Iterator;
import java.util.List;
import java.util.Objects;

/**
 * The sessions that were loaded, in the source's order, with a report of how the load went.
 *
 * @param sessions the sessions
 * @param report how the load went
 */
public record LoadedSessions(List<Session> sessions, LoadReport report)
    implements Iterable<Session> {
  /** Checks that nothing is missing. */
  public LoadedSessions {
    sessions = List.copyOf(sessions);
    Objects.requireNonNull(report, "report");
  }

  @Override
  public Iterator<Session> iterator() {
    return sessions.iterator();
  }
}
