package io.vibee.session.testkit.memory;

import io.vibee.session.Activity;
import io.vibee.session.ChangeCursor;
import io.vibee.session.Changes;
import io.vibee.session.SessionChange;
import io.vibee.session.SessionChanges;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The log as a feed: a cursor is how many entries were read. */
final class MemoryChanges implements SessionChanges {
  private static final int MOST = 10_000;

  private final MemoryAccess access;

  MemoryChanges(MemoryAccess access) {
    this.access = access;
  }

  @Override
  public ChangeCursor start() {
    return access.with(MemoryChanges::cursor);
  }

  private static ChangeCursor cursor(MemoryTables tables) {
    return new ChangeCursor(tables.fleet().world(), Long.toString(tables.log().size()));
  }

  @Override
  public Changes since(ChangeCursor cursor) {
    Objects.requireNonNull(cursor, "cursor");
    return access.with(
        tables -> {
          ChangeCursor next = cursor(tables);
          if (!cursor.world().equals(next.world())) return new Changes(next, true, List.of());
          List<Activity> entries = tables.log().after(Long.parseLong(cursor.snapshot()));
          return entries.size() > MOST
              ? new Changes(next, true, List.of())
              : new Changes(next, false, entries.stream().map(MemoryChanges::change).toList());
        });
  }

  private static SessionChange change(Activity entry) {
    @Nullable Object earlier = entry.details().get("previous_session_id");
    return new SessionChange(
        entry.sessionId(),
        entry.type(),
        entry.userId(),
        earlier == null ? null : earlier.toString());
  }
}
