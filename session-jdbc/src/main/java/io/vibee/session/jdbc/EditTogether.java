package io.vibee.session.jdbc;

import io.vibee.session.SaveResult;
import io.vibee.session.SaveResult.Outcome;
import io.vibee.session.Secret;
import io.vibee.session.SessionChangedException;
import io.vibee.session.SessionConflictException;
import io.vibee.session.SessionEdit;
import io.vibee.session.SessionIncompleteException;
import io.vibee.session.SessionRevision;
import io.vibee.session.SessionSummary;
import io.vibee.session.UnreadableSessionException;
import io.vibee.session.jdbc.WriteSessions.RowToSave;
import io.vibee.session.jdbc.rows.CurrentKey;
import io.vibee.session.jdbc.rows.SessionReader;
import io.vibee.session.jdbc.rows.SummaryRows;
import io.vibee.session.jdbc.sql.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes edits that do not build upon each other: looks at all of their rows, refuses what cannot be
 * stored, and writes the others with one insert and one update. The key is held, and the rows are
 * locked.
 */
final class EditTogether {
  private static final String OF_USERS = " where s.user_id = any (?::varchar[])";
  private static final String READ =
      "select " + SummaryRows.COLUMNS + " from @home@.user_sessions s" + OF_USERS;
  private static final String HASHES = HashToSave.STORED + OF_USERS;
  private static final String OWNERS =
      "select session_id, user_id from @home@.user_sessions where session_id = any (?::varchar[])";

  /** Thrown if edits cannot be made together, since one builds upon what another does. */
  static final class DependentException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DependentException() {
      super(null, null, false, false);
    }
  }

  /** What an edit would store, and what became of it. */
  private static final class Step {
    final SessionEdit edit;

    /** Null for a new session. */
    final @Nullable SessionSummary stored;

    final ColumnValues values;
    HashToSave hash = new HashToSave.Keep();
    final boolean changes;

    Step(SessionEdit edit, @Nullable SessionSummary stored) {
      SessionRevision found = stored == null ? SessionRevision.NONE : stored.at();
      if (!edit.expected().orElse(found).equals(found)) {
        throw new SessionChangedException(edit.userId(), found);
      }
      this.edit = edit;
      this.stored = stored;
      if (stored == null) {
        values = ColumnValues.of(edit.toNewSession());
        changes = true;
      } else {
        SessionSummary wanted = edit.applyTo(stored);
        values = ColumnValues.of(wanted, wanted.targetChats().equals(stored.targetChats()));
        changes = !wanted.equals(stored);
      }
    }

    boolean isNew() {
      return stored == null;
    }

    boolean changesSessionId() {
      return stored == null || !stored.sessionId().equals(values.sessionId());
    }

    /** Whether the stored hash has to be compared, or sealed to other ids. */
    boolean concernsHash() {
      return edit.apiHash().isPresent()
          || changesSessionId()
          || (stored != null && stored.apiId() != values.apiId());
    }

    boolean changesNothing() {
      return !changes && hash instanceof HashToSave.Keep;
    }

    int keyVersion() {
      return stored == null ? 0 : stored.keyVersion();
    }

    long revision() {
      return stored == null ? 0 : stored.revision();
    }
  }

  private final Tx tx;
  private final SessionReader reader;
  private final boolean sorted;

  /** By user. */
  private final Map<String, SettledEdit> settled = new HashMap<>();

  private @Nullable CurrentKey key;

  /** Creates one; {@link EditBatch} says what {@code sorted} is for. */
  EditTogether(Tx tx, SessionReader reader, boolean sorted) {
    this.tx = tx;
    this.reader = reader;
    this.sorted = sorted;
  }

  static String[] users(Collection<SessionEdit> edits) {
    return edits.stream().map(SessionEdit::userId).toArray(String[]::new);
  }

  /**
   * Makes or refuses each of the edits, and returns what became of them in their order.
   *
   * @throws DependentException if they have to be made one after the other
   * @throws IllegalArgumentException if a value of some edit cannot be stored
   */
  List<SettledEdit> make(List<SessionEdit> edits) throws SQLException {
    List<Step> steps = plan(edits);
    chooseHashes(steps);
    refuseTakenIds(steps);
    WriteSessions write =
        new WriteSessions(tx, made -> settled.put(made.session().userId(), SettledEdit.made(made)));
    write.insert(rows(inserted(steps)));
    write.update(rows(open(steps, step -> !step.isNew())));
    List<SettledEdit> inOrder = new ArrayList<>();
    for (SessionEdit edit : edits) {
      @Nullable SettledEdit one = settled.get(edit.userId());
      if (one == null) throw new SQLException("a row is locked, and gone");
      inOrder.add(one);
    }
    return inOrder;
  }

  private List<Step> inserted(List<Step> steps) {
    Stream<Step> inserted = open(steps, Step::isNew).stream();
    return sorted
        ? inserted.sorted(Comparator.comparing(step -> step.edit.userId())).toList()
        : inserted.toList();
  }

  private List<Step> plan(List<SessionEdit> edits) throws SQLException {
    String[] users = users(edits);
    if (Set.copyOf(List.of(users)).size() < users.length) throw new DependentException();
    Map<String, SessionSummary> stored = new HashMap<>();
    tx.query(READ)
        .array(users)
        .forEach(
            row -> {
              SessionSummary summary = SummaryRows.summary(row);
              stored.put(summary.userId(), summary);
            });
    List<Step> steps = new ArrayList<>();
    for (SessionEdit edit : edits) {
      orRefuse(edit, () -> steps.add(new Step(edit, stored.get(edit.userId()))));
    }
    return steps;
  }

  @FunctionalInterface
  private interface Work {
    void run() throws SQLException;
  }

  private void orRefuse(SessionEdit edit, Work work) throws SQLException {
    try {
      work.run();
    } catch (SessionIncompleteException
        | SessionChangedException
        | UnreadableSessionException
        | IllegalArgumentException e) {
      settled.put(edit.userId(), SettledEdit.refused(edit, e));
    }
  }

  /** Returns those that nothing has become of yet. */
  private List<Step> open(List<Step> steps, Predicate<Step> which) {
    return steps.stream()
        .filter(step -> !settled.containsKey(step.edit.userId()) && which.test(step))
        .toList();
  }

  private void chooseHashes(List<Step> steps) throws SQLException {
    for (Step step : open(steps, Step::isNew)) {
      orRefuse(step.edit, () -> step.hash = ofNew(step));
    }
    Map<String, Step> stored =
        open(steps, step -> !step.isNew() && step.concernsHash()).stream()
            .collect(Collectors.toMap(step -> step.edit.userId(), Function.identity()));
    if (!stored.isEmpty()) {
      tx.query(HASHES)
          .array(stored.keySet().toArray(String[]::new))
          .forEach(
              found -> {
                @Nullable Step step = stored.get(found.getString("user_id"));
                if (step != null) {
                  orRefuse(step.edit, () -> step.hash = ofStored(step, found));
                }
              });
    }
    for (Step step : open(steps, Step::changesNothing)) {
      settled.put(
          step.edit.userId(),
          SettledEdit.made(
              new SaveResult<>(Objects.requireNonNull(step.stored), Outcome.UNCHANGED)));
    }
  }

  private HashToSave ofNew(Step step) throws SQLException {
    key(); // must be usable
    return HashToSave.ofNew(this::key, reader, step.values, step.edit.apiHash().orElseThrow());
  }

  private HashToSave ofStored(Step step, ResultSet found) throws SQLException {
    @Nullable Secret apiHash = step.edit.apiHash().orElse(null);
    HashToSave hash = HashToSave.of(this::key, reader, step.values, apiHash, found);
    // The database moves the same hash to the current key, as it does for a save.
    boolean moves =
        apiHash != null
            && hash instanceof HashToSave.Keep
            && reader.sealer() == null
            && step.keyVersion() != key().version();
    return apiHash != null && moves ? new HashToSave.Encrypt(apiHash) : hash;
  }

  private CurrentKey key() throws SQLException {
    if (key == null) key = HashToSave.currentKey(tx, reader);
    return key;
  }

  /** Refuses session ids of other users, as they are when all edits before have been made. */
  private void refuseTakenIds(List<Step> steps) throws SQLException {
    List<Step> wanting = open(steps, Step::changesSessionId);
    if (wanting.isEmpty()) return;
    Map<String, String> owners = new HashMap<>();
    tx.query(OWNERS)
        .array(wanting.stream().map(step -> step.values.sessionId()).toArray(String[]::new))
        .forEach(row -> owners.put(row.getString("session_id"), row.getString("user_id")));
    Set<String> takenOrLeft = new HashSet<>();
    for (Step step : wanting) {
      String sessionId = step.values.sessionId();
      if (takenOrLeft.contains(sessionId)) throw new DependentException();
      if (owners.getOrDefault(sessionId, step.edit.userId()).equals(step.edit.userId())) {
        takenOrLeft.add(sessionId);
        if (step.stored != null) takenOrLeft.add(step.stored.sessionId());
      } else {
        settled.put(
            step.edit.userId(),
            SettledEdit.refused(step.edit, new SessionConflictException(sessionId)));
      }
    }
  }

  private static List<RowToSave> rows(List<Step> steps) {
    return steps.stream()
        .map(step -> new RowToSave(step.values, step.hash, step.revision()))
        .toList();
  }
}
