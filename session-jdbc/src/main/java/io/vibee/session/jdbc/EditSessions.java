package io.vibee.session.jdbc;

import io.vibee.session.RefusedEdit;
import io.vibee.session.SaveResult;
import io.vibee.session.SessionEdit;
import io.vibee.session.SessionSummary;
import io.vibee.session.jdbc.rows.SessionReader;
import io.vibee.session.jdbc.sql.Jdbc;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Makes any number of edits, in batches of one transaction each, and hands over what became of them
 * after each commit.
 */
final class EditSessions {
  /**
   * Most edits in a batch. While one is written, nobody can change the key, so it should take some
   * tenths of a second; a transaction's own cost is spread over enough of them.
   */
  private static final int MOST = 1_000;

  private final OpenStore store;
  private final Consumer<? super SaveResult<SessionSummary>> saved;
  private final Consumer<? super RefusedEdit> refused;

  /** What was taken and not settled yet. */
  private final Deque<SessionEdit> waiting = new ArrayDeque<>();

  /** How long their chats are. */
  private long characters;

  EditSessions(
      OpenStore store,
      Consumer<? super SaveResult<SessionSummary>> saved,
      Consumer<? super RefusedEdit> refused) {
    this.store = store;
    this.saved = Objects.requireNonNull(saved, "saved");
    this.refused = Objects.requireNonNull(refused, "refused");
  }

  void run(Iterable<? extends SessionEdit> edits) {
    store.readyToWrite();
    Iterator<? extends SessionEdit> source = edits.iterator();
    int most = MOST;
    while (take(source, most)) {
      Jdbc jdbc = store.readyToWrite(); // again, since a consumer may have closed the store
      List<SettledEdit> settled = write(jdbc, waiting.stream().limit(most).toList());
      // Rows may be far longer than the edits: a batch that had to stop early makes the next
      // smaller.
      most = Math.min(MOST, 2 * settled.size());
      settled.forEach(one -> handOver(jdbc, one));
    }
  }

  /** Takes as many edits as fit in a batch; returns false if there are none left. */
  private boolean take(Iterator<? extends SessionEdit> source, int most) {
    while (waiting.size() < most && characters < EditBatch.MOST_BYTES && source.hasNext()) {
      SessionEdit edit = Objects.requireNonNull(source.next(), "edit");
      waiting.add(edit);
      characters += characters(edit);
    }
    return !waiting.isEmpty();
  }

  private static long characters(SessionEdit edit) {
    return edit.targetChats().stream().flatMap(List::stream).mapToLong(String::length).sum();
  }

  private List<SettledEdit> write(Jdbc jdbc, List<SessionEdit> batch) {
    SessionReader reader = store.reader();
    AtomicInteger attempt = new AtomicInteger();
    try {
      return jdbc.write(
          tx -> new EditBatch(jdbc, tx, reader, attempt.getAndIncrement() > 0).run(batch));
    } finally {
      reader.reportTampering(jdbc);
    }
  }

  private void handOver(Jdbc jdbc, SettledEdit settled) {
    characters -= characters(waiting.remove());
    settled.handOver(jdbc, saved, refused);
  }
}
