package io.vibee.session.jdbc.sql;

import io.vibee.session.SessionException;
import io.vibee.session.StoreUnavailableException;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds row level security that would hide rows from the role. That is an error, since a load that
 * misses some rows looks like one that found them all.
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

  /** Explains a refusal for lack of a right; empty if row level security was not the reason. */
  static Optional<SessionException> find(Tx tx, SQLException refusal) throws SQLException {
    @Nullable String message =
        tx.query(FIND)
            .text(tx.home().name())
            .first(row -> message(tx.home(), row.getString(1), row.getString(2)));
    if (message == null) return Optional.empty();
    return Optional.of(
        new StoreUnavailableException(message, SqlErrors.state(refusal), SqlErrors.copy(refusal)));
  }

  private static String message(SessionSchema home, String table, String role) {
    return ("row level security of table %1$s.\"%2$s\" can hide rows from role \"%3$s\", which would be missed:"
            + " let a superuser run ALTER ROLE \"%3$s\" BYPASSRLS, or the table's owner ALTER TABLE"
            + " %1$s.\"%2$s\" DISABLE ROW LEVEL SECURITY; a policy for the role does not do")
        .formatted(home, table, role);
  }
}
