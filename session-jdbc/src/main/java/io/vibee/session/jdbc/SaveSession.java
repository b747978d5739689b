package io.vibee.session.jdbc;

import io.vibee.session.SaveResult;
import io.vibee.session.Session;
import io.vibee.session.SessionSummary;

/** Adds a user's session, or updates it: all its values. */
final class SaveSession {
  private SaveSession() {}

  static SaveResult save(Jdbc jdbc, SessionReader reader, Session session) {
    boolean byDatabase = reader.sealer() == null;
    Jdbc.Work<WriteSession.Written> work =
        tx -> {
          HashToSave hash =
              byDatabase
                  ? HashToSave.byDatabase(session.apiHash(), true)
                  : HashToSave.of(tx, reader, session);
          return WriteSession.write(tx, reader, ColumnValues.of(session), hash);
        };
    WriteSession.Written written =
        WriteSession.withoutConflict(jdbc, reader, () -> jdbc.write(work));
    return new SaveResult(stored(session, written.session()), written.created());
  }

  private static Session stored(Session session, SessionSummary row) {
    return session.toBuilder()
        .targetChats(row.targetChats())
        .lastSeenAt(row.lastSeenAt())
        .stored(row.createdAt(), row.updatedAt(), row.revision(), row.keyVersion())
        .build();
  }
}
