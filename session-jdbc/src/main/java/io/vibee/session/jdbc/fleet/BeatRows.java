package io.vibee.session.jdbc.fleet;

import io.vibee.session.AgentMark;
import io.vibee.session.AgentRegistration;
import io.vibee.session.AgentSummary;
import io.vibee.session.FleetAgent;
import io.vibee.session.FleetStatus;
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
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns rows of the fleet's functions into values; collects those of a beat. */
final class BeatRows {
  private static final String ENDED = "ended";

  private final String name;
  private final List<FleetAgent> agents = new ArrayList<>();
  private @Nullable FleetView last;

  BeatRows(long agentId) {
    this.name = "agent " + agentId;
  }

  /** A row for each agent; what concerns the fleet is the same in all of them. */
  void visit(ResultSet row) throws SQLException {
    AgentRegistration.Builder registration =
        AgentRegistration.builder(name, silence(row, 3), row.getInt(5)).generation(row.getLong(4));
    @Nullable String machine = row.getString(10);
    @Nullable String process = row.getString(11);
    if (machine != null && process != null) setProcess(registration, machine, process);
    agents.add(
        new FleetAgent(
            row.getLong(1),
            row.getLong(2),
            AgentMark.valueOf(row.getString(9).toUpperCase(Locale.ROOT)),
            row.getInt(6),
            row.getInt(7),
            row.getBoolean(8),
            registration.build()));
    if (last != null) return;
    last =
        new FleetView(
            new FleetWorld(row.getLong(12), row.getLong(13)),
            row.getBoolean(14),
            List.of(),
            row.getInt(15),
            row.getInt(16),
            row.getBoolean(17),
            row.getInt(18),
            texts(row.getArray(19)),
            texts(row.getArray(20)));
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

  private static List<String> texts(Array array) throws SQLException {
    return List.of((String[]) array.getArray());
  }

  static AgentSummary summary(ResultSet row) throws SQLException {
    String state = row.getString(9);
    boolean ended = state.equals(ENDED);
    return new AgentSummary(
        row.getLong(1),
        row.getString(2),
        Optional.ofNullable(row.getString(3)),
        row.getLong(4),
        row.getInt(5),
        row.getInt(6),
        row.getInt(7),
        row.getBoolean(8),
        ended ? AgentMark.DRAINING : AgentMark.valueOf(state.toUpperCase(Locale.ROOT)),
        ended,
        row.getBoolean(10),
        Objects.requireNonNull(time(row, 12), "started_at"),
        Objects.requireNonNull(time(row, 13), "seen_at"),
        Optional.ofNullable(time(row, 14)),
        silence(row, 11));
  }

  private static Duration silence(ResultSet row, int column) throws SQLException {
    return Duration.ofMillis(Math.round(row.getDouble(column) * 1000));
  }

  static SessionHolding holding(ResultSet row) throws SQLException {
    long agentId = row.getLong(7);
    @Nullable Long agent = row.wasNull() ? null : agentId;
    return new SessionHolding(
        new Lease(row.getString(1), row.getLong(2)),
        state(row, 3),
        row.getString(4),
        time(row, 5),
        time(row, 6),
        agent,
        row.getString(8),
        row.getString(9));
  }

  static SessionHolding.State state(ResultSet row, int column) throws SQLException {
    String state = row.getString(column).toUpperCase(Locale.ROOT).replace(' ', '_');
    return SessionHolding.State.valueOf(state);
  }

  /** Returns what the row of the whole fleet tells; the server's time comes first. */
  static FleetStatus status(ResultSet row) throws SQLException {
    return new FleetStatus(
        row.getObject(1, OffsetDateTime.class).toInstant(),
        Optional.ofNullable(time(row, 2)),
        Optional.ofNullable(row.getString(3)));
  }

  private static @Nullable Instant time(ResultSet row, int column) throws SQLException {
    @Nullable OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }
}
