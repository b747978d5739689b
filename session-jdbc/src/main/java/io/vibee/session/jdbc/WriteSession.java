package io.vibee.session.jdbc;

import io.vibee.session.ApiHashForm;
import io.vibee.session.SaveResult;
import io.vibee.session.SaveResult.Outcome;
import io.vibee.session.Secret;
import io.vibee.session.Session;
import io.vibee.session.SessionChangedException;
import io.vibee.session.SessionConflictException;
import io.vibee.session.SessionEdit;
import io.vibee.session.SessionRevision;
import io.vibee.session.SessionSummary;
import io.vibee.session.StoreUnavailableException;
import io.vibee.session.jdbc.rows.CurrentKey;
import io.vibee.session.jdbc.rows.JsonColumns;
import io.vibee.session.jdbc.rows.SessionReader;
import io.vibee.session.jdbc.rows.SummaryRows;
import io.vibee.session.jdbc.sql.Jdbc;
import io.vibee.session.jdbc.sql.Query;
import io.vibee.session.jdbc.sql.SqlErrors;
import io.vibee.session.jdbc.sql.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes a user's session: all its values, or only some of them. Each call has its own object. */
final class WriteSession {
  private static final Logger log = LoggerFactory.getLogger(WriteSession.class);

  private static final String RETURNING = " returning " + SummaryRows.COLUMNS + ", %s as outcome";

  private static final String INSERT =
      """
      insert into @home@.user_sessions as s (user_id, session_id, api_id, username, phone, is_active,
          is_authorized, digital_twin_enabled, auto_reply_enabled, target_chats, api_hash_encrypted%s)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, coalesce(?::jsonb, '[]'), %s)
      """
          + RETURNING.formatted("'CREATED'");

  /**
   * Updates without an insert that turns into an update on conflict, which would use up an id each
   * time. The row is locked before its revision is read: one that this statement has waited for
   * would otherwise count the change of another transaction as its own. Locking it in a statement
   * of its own would take the row before the key.
   */
  private static final String UPDATE =
      """
      update @home@.user_sessions s set (user_id, session_id, api_id, username, phone, is_active,
          is_authorized, digital_twin_enabled, auto_reply_enabled, target_chats)
          = (?, ?, ?, ?, ?, ?, ?, ?, ?, coalesce(?::jsonb, s.target_chats))%s
        from (select id, revision from @home@.user_sessions where user_id = ? for no key update) was
        where s.id = was.id
      """
          + RETURNING.formatted(
              "case when s.revision = was.revision then 'UNCHANGED' else 'UPDATED' end");

  private static final String ENCRYPTED =
      """
      @home@.session_hash_encrypt((?::text[])[1],
            (select master_key::text from @home@.encryption_keys where id = 1))""";

  private static final String INSERT_CLEAR = INSERT.formatted("", ENCRYPTED);
  private static final String INSERT_SEALED = INSERT.formatted(", key_version", "?, ?");
  private static final String UPDATE_CLEAR =
      UPDATE.formatted(", api_hash_encrypted = " + ENCRYPTED);
  private static final String UPDATE_SEALED =
      UPDATE.formatted(", api_hash_encrypted = ?, key_version = ?");

  /** Everything but the hash. */
  private static final String UPDATE_KEEPING = UPDATE.formatted("");

  private static final String LOCK =
      " from @home@.user_sessions s where s.user_id = ? for no key update";
  private static final String FIND_AND_LOCK = "select " + SummaryRows.COLUMNS + LOCK;

  private static final String OTHER_OWNER =
      "select 1 from @home@.user_sessions where session_id = ? and user_id <> ?";

  private static final String UNIQUE_VIOLATION = "23505";
  private static final Secret ANY_HASH = Secret.of("none");

  private final Jdbc jdbc;
  private final SessionReader reader;

  /** What the last attempt could not write because another row has its session id. */
  private @Nullable ColumnValues taken;

  /** Whether the last attempt found that the database does not hold the current key. */
  private boolean keyOutside;

  WriteSession(Jdbc jdbc, SessionReader reader) {
    this.jdbc = jdbc;
    this.reader = reader;
  }

  /** Adds a user's session, or updates all its values. */
  static SaveResult<Session> save(Jdbc jdbc, SessionReader reader, Session session) {
    WriteSession write = new WriteSession(jdbc, reader);
    SaveResult<SessionSummary> written = write.run(tx -> write.save(tx, session));
    if (!ApiHashForm.matches(session.apiHash())) {
      log.warn(
          "session {} of user {}: {}", session.sessionId(), session.userId(), ApiHashForm.ADVICE);
    }
    return new SaveResult<>(stored(session, written.session()), written.outcome());
  }

  private static Session stored(Session session, SessionSummary row) {
    return session.toBuilder()
        .targetChats(row.targetChats())
        .lastSeenAt(row.lastSeenAt())
        .stored(row.createdAt(), row.updatedAt(), row.revision(), row.keyVersion())
        .build();
  }

  /** Adds a user's session, or changes some of its values, so that others may change the rest. */
  static SaveResult<SessionSummary> edit(Jdbc jdbc, SessionReader reader, SessionEdit edit) {
    WriteSession write = new WriteSession(jdbc, reader);
    return write.run(tx -> write.edit(tx, edit));
  }

  private SaveResult<SessionSummary> save(Tx tx, Session session) throws SQLException {
    ColumnValues values = ColumnValues.of(session);
    if (reader.sealer() == null) {
      HashToSave hash = new HashToSave.Encrypt(session.apiHash());
      @Nullable SaveResult<SessionSummary> updated = update(tx, values, hash);
      return updated != null ? updated : insert(tx, values, hash);
    }
    HashToSave.holdKey(tx);
    HashToSave.currentKey(tx, reader); // must be usable, even if the hash turns out to be the same
    if (!tx.query("select 1" + LOCK).text(session.userId()).exists()) {
      return insert(tx, values, ofNew(tx, values, session.apiHash()));
    }
    HashToSave hash = HashToSave.ofStored(tx, reader, values, session.apiHash(), true);
    return updateLocked(tx, values, hash);
  }

  /**
   * Makes an edit in a transaction of several. After an error that {@link #canExplain}, and a
   * return to the state before, it may be tried again once {@link #explainLastAttempt} has found no
   * reason to refuse it.
   */
  SaveResult<SessionSummary> edit(Tx tx, SessionEdit edit) throws SQLException {
    HashToSave.holdKey(tx);
    @Nullable SessionSummary stored =
        tx.query(FIND_AND_LOCK).text(edit.userId()).first(SummaryRows::summary);
    SessionRevision found = stored == null ? SessionRevision.NONE : stored.at();
    if (!edit.expected().orElse(found).equals(found)) {
      throw new SessionChangedException(edit.userId(), found);
    }
    return stored == null ? add(tx, edit) : change(tx, edit, stored);
  }

  private SaveResult<SessionSummary> add(Tx tx, SessionEdit edit) throws SQLException {
    Session session = edit.toNewSession();
    ColumnValues values = ColumnValues.of(session);
    return insert(tx, values, ofNew(tx, values, session.apiHash()));
  }

  private HashToSave ofNew(Tx tx, ColumnValues values, Secret apiHash) throws SQLException {
    return HashToSave.ofNew(() -> HashToSave.currentKey(tx, reader), reader, values, apiHash);
  }

  private SaveResult<SessionSummary> change(Tx tx, SessionEdit edit, SessionSummary stored)
      throws SQLException {
    SessionSummary wanted = edit.applyTo(stored);
    ColumnValues values =
        ColumnValues.of(wanted, wanted.targetChats().equals(stored.targetChats()));
    boolean idsChange =
        !wanted.sessionId().equals(stored.sessionId()) || wanted.apiId() != stored.apiId();
    HashToSave hash =
        HashToSave.ofStored(tx, reader, values, edit.apiHash().orElse(null), idsChange);
    if (hash instanceof HashToSave.Keep && wanted.equals(stored)) {
      return new SaveResult<>(stored, Outcome.UNCHANGED);
    }
    return updateLocked(tx, values, hash);
  }

  private SaveResult<SessionSummary> updateLocked(Tx tx, ColumnValues values, HashToSave hash)
      throws SQLException {
    @Nullable SaveResult<SessionSummary> updated = update(tx, values, hash);
    if (updated == null) throw new SQLException("the row is locked, and gone");
    return updated;
  }

  private SaveResult<SessionSummary> insert(Tx tx, ColumnValues values, HashToSave hash)
      throws SQLException {
    String sql = hash instanceof HashToSave.Sealed ? INSERT_SEALED : INSERT_CLEAR;
    Query query = hash.bind(values.bind(tx.query(sql)));
    @Nullable SaveResult<SessionSummary> inserted = write(query, values, hash);
    if (inserted == null) throw new SQLException("an insert gave no row");
    return inserted;
  }

  private @Nullable SaveResult<SessionSummary> update(Tx tx, ColumnValues values, HashToSave hash)
      throws SQLException {
    String sql =
        hash instanceof HashToSave.Keep
            ? UPDATE_KEEPING
            : hash instanceof HashToSave.Sealed ? UPDATE_SEALED : UPDATE_CLEAR;
    return write(hash.bind(values.bind(tx.query(sql))).text(values.userId()), values, hash);
  }

  private @Nullable SaveResult<SessionSummary> write(
      Query query, ColumnValues values, HashToSave hash) throws SQLException {
    try {
      return query.first(row -> written(row, values));
    } catch (SQLException e) {
      String state = SqlErrors.state(e);
      if (SqlErrors.isSequenceBehind(e)) throw e;
      if (state.equals(SqlErrors.UNTRANSLATABLE)) throw new EncodingGap(values, hash);
      taken = state.equals(UNIQUE_VIOLATION) ? values : null;
      keyOutside = state.equals(SqlErrors.KEY_OUTSIDE);
      // The next attempt explains why, or succeeds.
      if (taken != null || keyOutside) throw SqlErrors.repeatable(e);
      throw SqlErrors.invalidValue(e);
    }
  }

  /**
   * Returns the row as stored. Refuses it, which undoes the write, if it could not be read back.
   */
  static SaveResult<SessionSummary> written(ResultSet row, ColumnValues values)
      throws SQLException {
    SessionSummary summary = SummaryRows.summary(row);
    if (values.targetChats() != null) {
      // PostgreSQL writes numbers in JSON with all their digits, which may exceed the limit.
      requireSession(values, JsonColumns.readChats(row.getString("target_chats")));
    }
    return new SaveResult<>(summary, Outcome.valueOf(row.getString("outcome")));
  }

  private static void requireSession(ColumnValues values, List<String> targetChats) {
    Session.builder(values.userId(), values.sessionId(), values.apiId(), ANY_HASH)
        .targetChats(targetChats)
        .build();
  }

  private <T> T run(Jdbc.Work<T> work) {
    try {
      return jdbc.write(
          tx -> {
            explainLastAttempt(tx);
            return work.run(tx);
          });
    } catch (EncodingGap gap) {
      throw gap.explained(jdbc);
    } catch (StoreUnavailableException e) {
      // Before the row is written, it is looked up by user id, the only value sent so far.
      if (e.sqlState().equals(SqlErrors.UNTRANSLATABLE)) throw EncodingGap.of(jdbc, "userId");
      // After the last attempt there is none to explain it.
      if (e.sqlState().equals(SqlErrors.SERIALIZATION_FAILURE)) {
        jdbc.read(
            tx -> {
              refuseTaken(tx);
              return true;
            });
      }
      throw e;
    } finally {
      reader.reportTampering(jdbc);
    }
  }

  /** Tells whether {@link #explainLastAttempt} knows what to look for. */
  boolean canExplain() {
    return taken != null || keyOutside;
  }

  /**
   * Looks for the reason why the last attempt failed: its own transaction could not be asked any
   * more.
   */
  void explainLastAttempt(Tx tx) throws SQLException {
    refuseTaken(tx);
    // Goes on if this process holds the key, or if the database has its own again.
    if (keyOutside) CurrentKey.read(tx).requireUsable(reader.sealer());
  }

  /**
   * Refuses a session id that another user has; without one, this very session was added meanwhile.
   */
  private void refuseTaken(Tx tx) throws SQLException {
    if (taken != null && isOfAnotherUser(tx, taken)) {
      throw new SessionConflictException(taken.sessionId());
    }
  }

  private static boolean isOfAnotherUser(Tx tx, ColumnValues values) throws SQLException {
    return tx.query(OTHER_OWNER).text(values.sessionId()).text(values.userId()).exists();
  }
}
