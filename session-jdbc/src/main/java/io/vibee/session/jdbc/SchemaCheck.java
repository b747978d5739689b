package io.vibee.session.jdbc;

import io.vibee.session.SchemaVersionException;
import io.vibee.session.jdbc.rows.CurrentKey;
import io.vibee.session.jdbc.rows.SessionReader;
import io.vibee.session.jdbc.sql.Jdbc;
import io.vibee.session.jdbc.sql.SessionSchema;
import io.vibee.session.jdbc.sql.Tx;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Makes sure, before the first statement, that the tables are those that this library knows, and
 * that the current key can be used.
 */
final class SchemaCheck {
  private static final String STATE =
      """
      select coalesce(max(version), 0) from @home@.session_schema_version
      """;

  /** Where the tables are, once they were found to be right. */
  private volatile @Nullable SessionSchema passed;

  private final SessionReader reader;

  SchemaCheck(SessionReader reader) {
    this.reader = reader;
  }

  /** For sessions: also says so when the keys of this process are not in use. */
  Jdbc require(Jdbc jdbc) {
    @Nullable SessionSchema home = passed;
    if (home != null) return jdbc.in(home);
    Found found = look(jdbc);
    reader.warnIfPassedOver(found.key());
    passed = found.home();
    return jdbc.in(found.home());
  }

  /** For changing just that. */
  Jdbc requireForKeys(Jdbc jdbc) {
    @Nullable SessionSchema home = passed;
    return jdbc.in(home != null ? home : look(jdbc).home());
  }

  /** Looks again, whatever was found before. */
  void check(Jdbc jdbc) {
    look(jdbc);
  }

  private record Found(SessionSchema home, CurrentKey key) {}

  private Found look(Jdbc jdbc) {
    return jdbc.read(
        tx -> {
          requireVersion(tx);
          CurrentKey key = CurrentKey.read(tx);
          key.requireUsable(reader.sealer());
          return new Found(tx.home(), key);
        });
  }

  private static void requireVersion(Tx tx) throws SQLException {
    int version = tx.query(STATE).one(row -> row.getInt(1));
    if (version != SessionSchema.VERSION) {
      throw new SchemaVersionException(version, SessionSchema.VERSION);
    }
  }
}
