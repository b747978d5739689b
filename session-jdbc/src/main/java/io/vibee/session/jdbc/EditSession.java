package io.vibee.session.jdbc;

import io.vibee.session.EditResult;
import io.vibee.session.EditResult.Outcome;
import io.vibee.session.Secret;
import io.vibee.session.Session;
import io.vibee.session.SessionChangedException;
import io.vibee.session.SessionEdit;
import io.vibee.session.SessionRevision;
import io.vibee.session.SessionSummary;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Adds a user's session, or changes some of its values: those of others stay as they are. */
final class EditSession {
  private static final String LOCK =
      "select "
          + SummaryRows.COLUMNS
          + " from @home@.user_sessions s where s.user_id = ? for no key update";

  private EditSession() {}

  static EditResult edit(Jdbc jdbc, SessionReader reader, SessionEdit edit) {
    return WriteSession.withoutConflict(
        jdbc, reader, edit.userId(), () -> jdbc.write(tx -> edit(tx, reader, edit)));
  }

  private static EditResult edit(Tx tx, SessionReader reader, SessionEdit edit)
      throws SQLException {
    HashToSave.holdKey(tx);
    @Nullable SessionSummary stored = lock(tx, edit.userId());
    SessionRevision found = stored == null ? SessionRevision.NONE : stored.at();
    if (!edit.expected().orElse(found).equals(found)) {
      throw new SessionChangedException(edit.userId(), found);
    }
    return stored == null ? add(tx, reader, edit) : change(tx, reader, edit, stored);
  }

  private static @Nullable SessionSummary lock(Tx tx, String userId) throws SQLException {
    try (PreparedStatement statement = tx.prepare(LOCK)) {
      statement.setString(1, userId);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? SummaryRows.summary(row) : null;
      }
    }
  }

  private static EditResult add(Tx tx, SessionReader reader, SessionEdit edit) throws SQLException {
    Session session = edit.toNewSession();
    HashToSave hash = HashToSave.ofNew(tx, reader, session);
    return new EditResult(
        WriteSession.write(tx, reader, ColumnValues.of(session), hash).session(), Outcome.CREATED);
  }

  private static EditResult change(
      Tx tx, SessionReader reader, SessionEdit edit, SessionSummary stored) throws SQLException {
    SessionSummary wanted = edit.applyTo(stored);
    @Nullable Secret apiHash = edit.apiHash().orElse(null);
    ColumnValues values =
        ColumnValues.of(wanted, wanted.targetChats().equals(stored.targetChats()));
    boolean idsChange =
        !wanted.sessionId().equals(stored.sessionId()) || wanted.apiId() != stored.apiId();
    HashToSave hash = HashToSave.ofStored(tx, reader, values, apiHash, idsChange);
    if (hash.kept() && wanted.equals(stored)) return new EditResult(stored, Outcome.UNCHANGED);
    SessionSummary written = WriteSession.write(tx, reader, values, hash).session();
    boolean changed = written.revision() != stored.revision();
    return new EditResult(written, changed ? Outcome.UPDATED : Outcome.UNCHANGED);
  }
}
