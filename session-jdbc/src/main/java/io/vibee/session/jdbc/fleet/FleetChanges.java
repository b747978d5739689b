package io.vibee.session.jdbc.fleet;

import io.vibee.session.ChangeCursor;
import io.vibee.session.Changes;
import io.vibee.session.FleetWorld;
import io.vibee.session.SessionChange;
import io.vibee.session.SessionChanges;
import io.vibee.session.jdbc.sql.Jdbc;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads the activity log by what a snapshot had not seen. */
public final class FleetChanges implements SessionChanges {
  /** Beyond that, reading the sessions is cheaper. */
  private static final int MOST = 10_000;

  /** One statement: the entries, and the snapshot up to which they are complete. */
  private static final String SINCE =
      """
      select snapshot::pg_catalog.text, world, timeline, complete, session_id, activity_type, user_id, previous_session_id
        from @home@.session_fleet_changes(?::pg_catalog.pg_snapshot, ?::integer)
      """;

  private final Fleet fleet = new Fleet();
  private final Supplier<Jdbc> jdbc;

  /**
   * Creates a feed.
   *
   * @param jdbc gives access to an open store
   */
  public FleetChanges(Supplier<Jdbc> jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public ChangeCursor start() {
    return read(null).cursor();
  }

  @Override
  public Changes since(ChangeCursor cursor) {
    Objects.requireNonNull(cursor, "cursor");
    Changes told = read(cursor.snapshot());
    boolean sameWorld = told.cursor().world().equals(cursor.world());
    return sameWorld && !told.everything() ? told : new Changes(told.cursor(), true, List.of());
  }

  private Changes read(@Nullable String snapshot) {
    return fleet.ask(
        jdbc.get(),
        tx -> {
          Told told = new Told();
          tx.query(SINCE).text(snapshot).integer(MOST).forEach(told::visit);
          return told.changes();
        });
  }

  /** The first row is the cursor; entries follow. */
  private static final class Told {
    private final List<SessionChange> list = new ArrayList<>();
    private @Nullable ChangeCursor cursor;
    private boolean complete;

    void visit(ResultSet row) throws SQLException {
      @Nullable String snapshot = row.getString(1);
      if (snapshot != null) {
        cursor = new ChangeCursor(new FleetWorld(row.getLong(2), row.getLong(3)), snapshot);
        complete = row.getBoolean(4);
      } else {
        list.add(
            new SessionChange(
                row.getString(5), row.getString(6), row.getString(7), row.getString(8)));
      }
    }

    Changes changes() throws SQLException {
      if (cursor == null) throw new SQLException("the feed gave no snapshot");
      return new Changes(cursor, !complete, complete ? list : List.of());
    }
  }
}
