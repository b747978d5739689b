package io.vibee.session.jdbc;

import io.vibee.session.SessionException;
import io.vibee.session.StoreUnavailableException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Row level security that would hide rows from the role: an error, since a load that misses some
 * looks like one that found all.
 */
final class HiddenRows {
  private static final String FIND =
      """
      select c.relname, current_user
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = ? and row_security_active(c.oid)
         and c.relname in ('session_schema_version', 'user_sessions', 'encryption_keys', 'session_activity')
       order by c.relname
       limit 1
      """;

  private HiddenRows() {}

  /** After the server refused something for want of a right; empty if this was not why. */
  static Optional<SessionException> find(Tx tx, SQLException refusal) throws SQLException {
    try (PreparedStatement statement = tx.prepare(FIND)) {
      statement.setString(1, tx.home().name());
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) return Optional.empty();
        String message =
            ("row level security of table %s.\"%s\" can hide rows from role \"%s\", which would be missed:"
                    + " let a superuser run ALTER ROLE \"%s\" BYPASSRLS, or the table's owner ALTER TABLE"
                    + " %s.\"%s\" DISABLE ROW LEVEL SECURITY; a policy for the role does not do")
                .formatted(
                    tx.home(),
                    row.getString(1),
                    row.getString(2),
                    row.getString(2),
                    tx.home(),
                    row.getString(1));
        return Optional.of(
            new StoreUnavailableException(
                message, SqlErrors.state(refusal), SqlErrors.copy(refusal)));
      }
    }
  }
}
