package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.ChangeCursor;
import io.vibee.session.Changes;
import io.vibee.session.SessionChange;
import io.vibee.session.SessionChanges;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Keeps a copy of the sessions by what the feed tells, and notes what it told and when. */
final class FeedReader {
  /** As the copy has it, which never saw the log. */
  static final String ALL =
      "select session_id, user_id, is_active, phone, revision from user_sessions";

  private static final String NAMED = ALL + " where session_id = any (?)";

  private final SessionChanges feed;
  private final Connection connection;
  private final Map<String, String> sessions = new HashMap<>();
  private final List<String> told = new ArrayList<>();
  private final Map<String, Long> toldAt = new HashMap<>();
  private final List<Long> pollNanos = new ArrayList<>();
  private ChangeCursor cursor;

  FeedReader(SessionChanges feed, Connection connection) throws SQLException {
    this.feed = feed;
    this.connection = connection;
    cursor = feed.start();
    try (PreparedStatement all = connection.prepareStatement(ALL)) {
      read(all);
    }
  }

  /** Returns how many entries it was told. */
  int poll() throws SQLException {
    long start = System.nanoTime();
    Changes changes = feed.since(cursor);
    long now = System.nanoTime();
    pollNanos.add(now - start);
    assertThat(changes.everything()).isFalse();
    cursor = changes.cursor();
    Set<String> named = new HashSet<>();
    for (SessionChange change : changes.list()) {
      if (change.type().startsWith("mark ")) toldAt.putIfAbsent(change.type(), now);
      told.add(
          String.join(
              "|",
              change.sessionId(),
              change.type(),
              change.userId().orElse("null"),
              change.previousSessionId().orElse("null")));
      named.add(change.sessionId());
      change.previousSessionId().ifPresent(named::add);
    }
    if (named.isEmpty()) return 0;
    sessions.keySet().removeAll(named);
    try (PreparedStatement again = connection.prepareStatement(NAMED)) {
      again.setObject(1, named.toArray(String[]::new));
      read(again);
    }
    return changes.list().size();
  }

  private void read(PreparedStatement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        List<String> columns = new ArrayList<>();
        for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
          columns.add(String.valueOf(row.getString(i)));
        }
        sessions.put(row.getString(1), String.join("|", columns));
      }
    }
  }

  Map<String, String> sessions() {
    return sessions;
  }

  List<String> told() {
    return told;
  }

  Map<String, Long> toldAt() {
    return toldAt;
  }

  List<Long> pollNanos() {
    return pollNanos;
  }
}
