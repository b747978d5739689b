package io.vibee.session.jdbc;

import io.vibee.session.ApiHashForm;
import io.vibee.session.SaveResult;
import io.vibee.session.Session;
import io.vibee.session.SessionSummary;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Adds a user's session, or updates it: all its values. */
final class SaveSession {
  private static final Logger log = LoggerFactory.getLogger(SaveSession.class);

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
        WriteSession.withoutConflict(jdbc, reader, session.userId(), () -> jdbc.write(work));
    if (!ApiHashForm.isTelegrams(session.apiHash())) {
      log.warn(
          "session {} of user {}: {}", session.sessionId(), session.userId(), ApiHashForm.ADVICE);
    }
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
