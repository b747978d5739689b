package io.vibee.session.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vibee.session.Activity;
import io.vibee.session.ManagedSessionStore;
import io.vibee.session.Secret;
import io.vibee.session.Session;
import io.vibee.session.SessionSummary;
import io.vibee.session.StoreUnavailableException;
import io.vibee.session.UnreadableSession;
import io.vibee.session.UnreadableSessionException;
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
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@CommandLine.Command(
    name = "export",
    description = {
      "Writes all sessions, or those that are named, with their hashes, into one encrypted file.",
      "",
      "The file is as sensitive as the accounts: whoever has it and the passphrase can use them."
          + " It is an OpenPGP message (AES-256, integrity protected), which gpg --decrypt opens"
          + " too. It is there when it is complete, or not at all, and for its owner alone. The"
          + " activity log is not in it.",
      "",
      "The activity log gets an entry sessions_exported, with the number of sessions and who exported"
          + " them, before the file is there. A role that may not add to the log exports nothing, unless"
          + " --no-log-entry is given.",
      "",
      "Sessions that cannot be read are named. They end the export with exit code 5 and no file,"
          + " unless --skip-unreadable is given.",
    },
    footer = {
      "  (umask 077; vibee-session generate-key > backup.key)",
      "  vibee-session export sessions.pgp --passphrase-file backup.key",
      "  vibee-session export one.pgp --session 100200300 --passphrase-file backup.key",
      "  gpg --decrypt --pinentry-mode loopback --passphrase-file backup.key sessions.pgp",
    })
final class ExportCommand extends DatabaseCommand {
  static final String EXPORTED = "sessions_exported";

  private static final int SHORT = 16;
  private static final int NAMED = 10;

  /** The role lacks the right; the server takes no writes, such as a standby. */
  private static final Set<String> MAY_NOT_WRITE = Set.of("42501", "25006");

  @Parameters(paramLabel = "FILE", description = "the backup to be written")
  private Path file = Path.of("");

  @ArgGroup(heading = "%nThe passphrase is asked for, or read from one of:%n")
  private final PassphraseOptions passphrase = new PassphraseOptions();

  @Option(
      names = "--session",
      paramLabel = "ID",
      description = {
        "only this one; may be repeated. ID is " + SessionArgument.NAMES,
      })
  private List<String> only = List.of();

  @Option(names = "--force", description = "replace the file if there is one")
  private boolean force;

  @Option(names = "--skip-unreadable", description = "leave out sessions that cannot be read")
  private boolean skipUnreadable;

  @Option(names = "--no-log-entry", description = "leave no entry in the activity log")
  private boolean noLogEntry;

  private final List<UnreadableSession> unreadable = new ArrayList<>();
  private List<SessionSummary> selected = List.of();
  private long written;

  ExportCommand(Surroundings here) {
    super(here);
  }

  @Override
  public Integer call() {
    PrivateFile target = new PrivateFile(file, force);
    target.refuseExisting();
    Secret secret = passphrase.read(new SecretReader(here()), settings(), true);
    if (secret.exposeSecret().length() < SHORT) {
      note("warning: a passphrase this short can be guessed: use a key of generate-key");
    }
    return withStore(
        store -> {
          if (!only.isEmpty()) {
            selected = new SessionFinder(store, here().err(), new IdKind()).find(only);
          }
          try {
            target.write(out -> here().cipher().encrypt(out, secret, clear -> write(store, clear)));
          } catch (IOException | UncheckedIOException e) {
            throw new FailedException(
                Failures.DEFECT, "the file cannot be written: check its folder, rights and room");
          }
          return report();
        });
  }

  private void write(ManagedSessionStore store, OutputStream clear) throws IOException {
    writeLine(clear, BackupLine.header(Instant.now()));
    try (Progress progress = new Progress(here(), "exported")) {
      forEach(
          store,
          session -> {
            writeLine(clear, BackupLine.session(session));
            progress.at(++written, selected.size());
          });
    }
    writeLine(clear, BackupLine.footer(written));
    unreadable.forEach(session -> note("not exported: " + session));
    if (!unreadable.isEmpty() && !skipUnreadable) {
      throw new FailedException(
          ExitCode.UNREADABLE,
          "nothing was written, since sessions cannot be read: mend them (see doctor), or add"
              + " --skip-unreadable");
    }
    if (!noLogEntry) log(store);
  }

  private void forEach(ManagedSessionStore store, Consumer<Session> readable) {
    if (only.isEmpty()) {
      store.forEach(readable, unreadable::add);
      return;
    }
    for (SessionSummary wanted : selected) {
      try {
        Session session =
            store
                .findBySessionId(wanted.sessionId())
                .filter(found -> found.userId().equals(wanted.userId()))
                .orElseThrow(ExportCommand::changed);
        readable.accept(session);
      } catch (UnreadableSessionException e) {
        unreadable.add(e.session());
      }
    }
  }

  private static FailedException changed() {
    return new FailedException(
        ExitCode.NO_SESSION,
        "nothing was written, since a session was deleted or changed its ids meanwhile: run it"
            + " again");
  }

  /** Before the last block of the file is written, so that no whole file is without its entry. */
  private void log(ManagedSessionStore store) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("actor", actor());
    details.put("sessions", written);
    details.put("skipped", unreadable.size());
    if (!only.isEmpty()) details.put("session_ids", firstIds());
    try {
      store.recordActivity(Activity.ALL_SESSIONS, EXPORTED, details);
    } catch (StoreUnavailableException e) {
      if (!MAY_NOT_WRITE.contains(e.sqlState())) throw e;
      throw new FailedException(
          ExitCode.UNAVAILABLE,
          "nothing was written, since an export is noted in the activity log, and this role or server"
              + " refuses that ("
              + e.sqlState()
              + "): GRANT INSERT (session_id, user_id, activity_type, details) ON session_activity and"
              + " USAGE ON SEQUENCE session_activity_id_seq to the role, or add --no-log-entry");
    }
  }

  /** The log's entry has no room for any number of them. */
  private List<String> firstIds() {
    return selected.stream().limit(NAMED).map(SessionSummary::sessionId).toList();
  }

  private static void writeLine(OutputStream clear, String line) {
    try {
      clear.write((line + "\n").getBytes(UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private int report() {
    Map<String, @Nullable Object> document = new LinkedHashMap<>();
    document.put("file", file.toString());
    document.put("sessions", written);
    document.put("skipped", unreadable.stream().map(SessionJson::of).toList());
    print(document, "exported " + Count.of(written, "session") + " to " + file);
    note("keep the file and its passphrase apart: who has both can use the accounts");
    return 0;
  }
}
