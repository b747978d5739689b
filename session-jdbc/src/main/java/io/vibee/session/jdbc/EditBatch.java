package io.vibee.session.jdbc;

import io.vibee.session.SessionChangedException;
import io.vibee.session.SessionConflictException;
import io.vibee.session.SessionEdit;
import io.vibee.session.SessionIncompleteException;
import io.vibee.session.UnreadableSessionException;
import io.vibee.session.jdbc.rows.SessionReader;
import io.vibee.session.jdbc.sql.Jdbc;
import io.vibee.session.jdbc.sql.SqlErrors;
import io.vibee.session.jdbc.sql.Tx;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes edits in one transaction, with the same few statements for many as for two. If that fails,
 * because of a row or since the edits build upon each other, it makes them in two halves, and at
 * last one by one as {@link WriteSession} does, which knows what to say of each. So a bad row costs
 * some twenty statements more, and a batch of bad ones no more than a fixed number for each.
 */
final class EditBatch {
  /**
   * Locks all rows before any is read or written, in everybody's lock order. Tells how much there
   * is to read of each.
   */
  private static final String LOCK =
      """
      select s.user_id, case when pg_column_size(s.target_chats) < 2000 then 2000
                             else octet_length(s.target_chats::text) end as bytes
        from @home@.user_sessions s where s.user_id = any (?::varchar[])
       order by s.id for no key update
      """;

  /** Bytes of stored chats after which a transaction makes no further edits. */
  static final int MOST_BYTES = 4 << 20;

  private static final int ATTEMPTS = 5;

  private final Jdbc jdbc;
  private final Tx tx;
  private final SessionReader reader;
  private final boolean sorted;
  private final List<SettledEdit> settled = new ArrayList<>();

  /**
   * Creates one.
   *
   * @param sorted whether to add new sessions in the order of their users' ids: after a deadlock
   *     with another batch of the same sessions, so that there is no second one
   */
  EditBatch(Jdbc jdbc, Tx tx, SessionReader reader, boolean sorted) {
    this.jdbc = jdbc;
    this.tx = tx;
    this.reader = reader;
    this.sorted = sorted;
  }

  /** Settles the first of the edits, as many as fit in memory with their rows. */
  List<SettledEdit> run(List<SessionEdit> edits) throws SQLException {
    HashToSave.holdKey(tx);
    make(edits.subList(0, lock(edits)));
    return settled;
  }

  /** Locks all rows, and returns how many edits are to be made. */
  private int lock(List<SessionEdit> edits) throws SQLException {
    Map<String, Long> bytes = new HashMap<>();
    Savepoint before = tx.connection().setSavepoint();
    try {
      tx.query(LOCK)
          .array(EditTogether.users(edits))
          .forEach(row -> bytes.put(row.getString("user_id"), row.getLong("bytes")));
      tx.connection().releaseSavepoint(before);
    } catch (SQLException e) {
      // The encoding lacks a character of some id: it turns out which one.
      if (!SqlErrors.state(e).equals(SqlErrors.UNTRANSLATABLE)) throw e;
      undo(before);
    }
    long sum = 0;
    int count = 0;
    while (count < edits.size() && sum < MOST_BYTES) {
      sum += bytes.getOrDefault(edits.get(count++).userId(), 0L);
    }
    return count;
  }

  private void make(List<SessionEdit> edits) throws SQLException {
    if (edits.size() == 1) {
      makeAlone(edits.get(0));
      return;
    }
    Savepoint before = tx.connection().setSavepoint();
    try {
      settled.addAll(new EditTogether(tx, reader, sorted).make(edits));
      tx.connection().releaseSavepoint(before);
      return;
    } catch (SQLException e) {
      if (!concernsARow(e)) throw e;
    } catch (IllegalArgumentException | EditTogether.DependentException e) {
      // The halves tell.
    }
    undo(before);
    int half = edits.size() / 2;
    make(edits.subList(0, half));
    make(edits.subList(half, edits.size()));
  }

  private void undo(Savepoint before) throws SQLException {
    tx.connection().rollback(before);
    tx.connection().releaseSavepoint(before);
  }

  /** Whether the error is about a row: its values, or what constraints and triggers say of them. */
  private static boolean concernsARow(SQLException e) {
    String state = SqlErrors.state(e);
    if (SqlErrors.isSequenceBehind(e) || SqlErrors.isSequenceAtEnd(e)) return false;
    return state.startsWith("22")
        || state.startsWith("23")
        || state.startsWith("44")
        || state.startsWith("P0");
  }

  private void makeAlone(SessionEdit edit) throws SQLException {
    WriteSession write = new WriteSession(jdbc, reader);
    for (int attempt = 1; ; attempt++) {
      Savepoint before = tx.connection().setSavepoint();
      try {
        write.explainLastAttempt(tx);
        settled.add(SettledEdit.made(write.edit(tx, edit)));
        tx.connection().releaseSavepoint(before);
        return;
      } catch (SessionIncompleteException
          | SessionChangedException
          | SessionConflictException
          | UnreadableSessionException
          | IllegalArgumentException
          | EncodingGap e) {
        undo(before);
        settled.add(SettledEdit.refused(edit, e));
        return;
      } catch (SQLException e) {
        boolean again = write.canExplain() && attempt < ATTEMPTS;
        if (!again && !concernsARow(e)) throw e;
        undo(before);
        if (again) continue;
        // Before the row is written, it is looked up by user id, the only value sent so far.
        boolean userId = SqlErrors.state(e).equals(SqlErrors.UNTRANSLATABLE);
        settled.add(
            SettledEdit.refused(
                edit, userId ? new EncodingGap(edit.userId()) : SqlErrors.translate(e)));
        return;
      }
    }
  }
}
