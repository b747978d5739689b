package io.vibee.session.benchmarks;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * A table of leases of the usual kind, to compare with: a row a session, with its owner and until
 * when, which the owner renews. As cheap as such a table can be: no index on the expiry, so that a
 * renewal moves no row and touches no index, and no tokens.
 */
final class HandWrittenLeases {
  /** Makes it, with a row for each session that nobody holds. */
  static final String TABLE =
      """
      create table leases_by_hand (session_id varchar(255) primary key, owner bigint, expires_at timestamptz)
        with (fillfactor = 50);
      insert into leases_by_hand (session_id) select session_id from user_sessions order by id;
      create index leases_by_hand_owner on leases_by_hand (owner)
      """;

  private static final String RENEW =
      "update leases_by_hand set expires_at = now() + interval '1 minute' where owner = ?";

  private static final String CLAIM =
      """
      update leases_by_hand l set owner = ?, expires_at = now() + interval '1 minute'
       where l.session_id in (select f.session_id from leases_by_hand f where f.owner is null
                               limit ? for update skip locked)
      returning l.session_id
      """;

  private final Connection connection;

  /** Uses a connection in auto-commit mode, which the caller closes. */
  HandWrittenLeases(Connection connection) {
    this.connection = connection;
  }

  /** Renews what an owner holds, and returns how many leases that is. */
  int renew(long owner) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(RENEW)) {
      statement.setLong(1, owner);
      return statement.executeUpdate();
    }
  }

  /** Takes leases that nobody holds, and returns their sessions. */
  List<String> claim(long owner, int atMost) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(CLAIM)) {
      statement.setLong(1, owner);
      statement.setInt(2, atMost);
      List<String> sessions = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) sessions.add(rows.getString(1));
      }
      return sessions;
    }
  }
}
