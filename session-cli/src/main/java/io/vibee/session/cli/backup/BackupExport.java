package io.vibee.session.cli.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vibee.session.Activity;
import io.vibee.session.ManagedSessionStore;
import io.vibee.session.Secret;
import io.vibee.session.Session;
import io.vibee.session.SessionSummary;
import io.vibee.session.StoreUnavailableException;
import io.vibee.session.StoredTexts;
import io.vibee.session.UnreadableSession;
import io.vibee.session.UnreadableSessionException;
import io.vibee.session.cli.terminal.CliContext;
import io.vibee.session.cli.terminal.FailedException;
import io.vibee.session.cli.terminal.FailedException.Reason;
import io.vibee.session.cli.terminal.Progress;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Exports sessions into an encrypted file. The file is there when it is complete, with its entry in
 * the activity log, or not at all. For one use.
 */
public final class BackupExport {
  private static final String EXPORTED = "sessions_exported";
  private static final int NAMED = 10;

  /** The role lacks the right; the server takes no writes, such as a standby. */
  private static final Set<String> MAY_NOT_WRITE = Set.of("42501", "25006");

  private final CliContext context;
  private final BackupCipher cipher;
  private final PrivateFile target;
  private final List<UnreadableSession> unreadable = new ArrayList<>();
  private long written;

  /**
   * What to export.
   *
   * @param only these sessions; all if there is none
   * @param skipUnreadable whether to leave out sessions that cannot be read, which are an error
   *     otherwise
   * @param actor whom the activity log names; null for no entry
   */
  public record Selection(
      List<SessionSummary> only, boolean skipUnreadable, @Nullable String actor) {}

  /** What was exported. */
  public record Result(long sessions, List<UnreadableSession> skipped) {}

  /**
   * Prepares an export.
   *
   * @throws FailedException if the file exists and must not be overwritten: early, so that nobody
   *     waits or types a passphrase for nothing
   */
  public BackupExport(CliContext context, BackupCipher cipher, Path file, boolean overwrite) {
    this.context = context;
    this.cipher = cipher;
    this.target = new PrivateFile(file, overwrite);
    target.refuseExisting();
  }

  /**
   * Writes the file.
   *
   * @throws FailedException if there is no file then; the message says why
   */
  public Result run(ManagedSessionStore store, Selection selection, Secret passphrase) {
    if (store.readOnly() && selection.actor() != null) {
      throw new FailedException(
          Reason.REFUSED,
          "nothing was written, since an export is noted in the activity log, and DATABASE_URL asks"
              + " for a standby: name the primary, or add --no-log-entry");
    }
    try {
      target.write(out -> cipher.encrypt(out, passphrase, clear -> write(store, selection, clear)));
    } catch (IOException | UncheckedIOException e) {
      throw new FailedException(
          Reason.NOT_WRITTEN, "the file cannot be written: check its folder, rights and room");
    }
    return new Result(written, List.copyOf(unreadable));
  }

  private void write(ManagedSessionStore store, Selection selection, OutputStream clear)
      throws IOException {
    writeLine(clear, BackupLine.header(Instant.now()));
    try (Progress progress = new Progress(context, "exported")) {
      forEach(
          store,
          selection.only(),
          session -> {
            writeLine(clear, BackupLine.session(session));
            progress.at(++written, selection.only().size());
          });
    }
    writeLine(clear, BackupLine.footer(written));
    unreadable.forEach(
        session -> context.err().println(StoredTexts.printableLine("not exported: " + session)));
    if (!unreadable.isEmpty() && !selection.skipUnreadable()) {
      throw new FailedException(
          Reason.UNREADABLE,
          "nothing was written, since sessions cannot be read: mend them (see doctor), or add"
              + " --skip-unreadable");
    }
    // Before the last block of the file is written, so that no whole file is without its entry.
    if (selection.actor() != null) log(store, selection.only(), selection.actor());
  }

  private void forEach(
      ManagedSessionStore store, List<SessionSummary> only, Consumer<Session> readable) {
    if (only.isEmpty()) {
      store.forEach(readable, unreadable::add);
      return;
    }
    for (SessionSummary wanted : only) {
      try {
        Session session =
            store
                .findBySessionId(wanted.sessionId())
                .filter(found -> found.userId().equals(wanted.userId()))
                .orElseThrow(BackupExport::changed);
        readable.accept(session);
      } catch (UnreadableSessionException e) {
        unreadable.add(e.session());
      }
    }
  }

  private static FailedException changed() {
    return new FailedException(
        Reason.NO_SESSION,
        "nothing was written, since a session was deleted or changed its ids meanwhile: run it"
            + " again");
  }

  private void log(ManagedSessionStore store, List<SessionSummary> only, String actor) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("actor", actor);
    details.put("sessions", written);
    details.put("skipped", unreadable.size());
    if (!only.isEmpty()) details.put("session_ids", firstIds(only));
    try {
      store.recordActivity(Activity.ALL_SESSIONS, EXPORTED, details);
    } catch (StoreUnavailableException e) {
      if (!MAY_NOT_WRITE.contains(e.sqlState())) throw e;
      throw new FailedException(
          Reason.UNAVAILABLE,
          "nothing was written, since an export is noted in the activity log, and this role or server"
              + " refuses that ("
              + e.sqlState()
              + "): GRANT INSERT (session_id, user_id, activity_type, details) ON session_activity and"
              + " USAGE ON SEQUENCE session_activity_id_seq to the role, or add --no-log-entry");
    }
  }

  /** An entry of the log has room for a few of them only. */
  private static List<String> firstIds(List<SessionSummary> only) {
    return only.stream().limit(NAMED).map(SessionSummary::sessionId).toList();
  }

  private static void writeLine(OutputStream clear, String line) {
    try {
      clear.write((line + "\n").getBytes(UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
