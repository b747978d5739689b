package io.vibee.session;

import java.util.List;
import java.util.Objects;

/**
 * What a {@linkplain SessionChanges feed} told.
 *
 * @param cursor where to go on
 * @param everything whether all sessions have to be read again: the server crashed, was promoted or
 *     is another one, or there are too many changes to list. There is no list then
 * @param list what changed, in the order of the log; one session may be there several times
 */
public record Changes(ChangeCursor cursor, boolean everything, List<SessionChange> list) {
  /** Copies the list. */
  public Changes {
    Objects.requireNonNull(cursor, "cursor");
    list = List.copyOf(list);
  }
}
