package io.vibee.session.jdbc.fleet;

import io.vibee.session.AgentMark;
import io.vibee.session.AgentRegistration;
import io.vibee.session.FleetAgent;
import io.vibee.session.FleetView;
import io.vibee.session.FleetWorld;
import io.vibee.session.Lease;
import io.vibee.session.SessionHolding;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns rows of the fleet's functions into values; collects those of a beat. */
final class BeatRows {
  private final String name;
  private final List<FleetAgent> agents = new ArrayList<>();
  private @Nullable FleetView last;

  BeatRows(long agentId) {
    this.name = "agent " + agentId;
  }

  /** A row for each agent; what concerns the fleet is the same in all of them. */
  void visit(ResultSet row) throws SQLException {
    AgentRegistration.Builder registration =
        AgentRegistration.builder(
                name, Duration.ofMillis(Math.round(row.getDouble(3) * 1000)), row.getInt(5))
            .generation(row.getLong(4));
    @Nullable String machine = row.getString(8);
    @Nullable String process = row.getString(9);
    if (machine != null && process != null) setProcess(registration, machine, process);
    agents.add(
        new FleetAgent(
            row.getLong(1),
            row.getLong(2),
            AgentMark.valueOf(row.getString(7).toUpperCase(Locale.ROOT)),
            row.getInt(6),
            0,
            false,
            registration.build()));
    if (last != null) return;
    Array wanted = row.getArray(16);
    last =
        new FleetView(
            new FleetWorld(row.getLong(10), row.getLong(11)),
            row.getBoolean(12),
            List.of(),
            row.getInt(13),
            row.getInt(14),
            row.getBoolean(15),
            0,
            List.of((String[]) wanted.getArray()),
            List.of());
  }

  /**
   * Leaves out texts that no agent of ours would have told: another one's must not end our beats.
   */
  private static void setProcess(
      AgentRegistration.Builder registration, String machine, String process) {
    try {
      registration.process(machine, process);
    } catch (IllegalArgumentException e) {
      // It counts as one on another machine, which is ended only after its silence.
    }
  }

  /** Returns the view; empty if there was no row, so that the agent has ended. */
  Optional<FleetView> view() {
    if (last == null) return Optional.empty();
    return Optional.of(
        new FleetView(
            last.world(),
            last.settled(),
            agents,
            last.runnable(),
            last.claimable(),
            last.stopped(),
            last.refused(),
            last.wanted(),
            last.awaited()));
  }

  static SessionHolding holding(ResultSet row) throws SQLException {
    long agentId = row.getLong(7);
    @Nullable Long agent = row.wasNull() ? null : agentId;
    return new SessionHolding(
        new Lease(row.getString(1), row.getLong(2)),
        SessionHolding.State.valueOf(row.getString(3).toUpperCase(Locale.ROOT).replace(' ', '_')),
        row.getString(4),
        time(row, 5),
        time(row, 6),
        agent,
        row.getString(8),
        row.getString(9));
  }

  private static @Nullable Instant time(ResultSet row, int column) throws SQLException {
    @Nullable OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }
}
