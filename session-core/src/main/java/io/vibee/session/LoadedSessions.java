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

  /**
   * Counts the sessions.
   *
   * @return how many were loaded
   */
  public int size() {
    return sessions.size();
  }

  /**
   * Tells whether there are no sessions.
   *
   * @return true if none was loaded
   */
  public boolean isEmpty() {
    return sessions.isEmpty();
  }

  @Override
  public Iterator<Session> iterator() {
    return sessions.iterator();
  }
}
