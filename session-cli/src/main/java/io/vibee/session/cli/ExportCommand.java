package io.vibee.session.cli;

import io.vibee.session.ManagedSessionStore;
import io.vibee.session.Secret;
import io.vibee.session.cli.backup.BackupCipher;
import io.vibee.session.cli.backup.BackupExport;
import io.vibee.session.cli.json.Documents;
import io.vibee.session.cli.terminal.CliContext;
import io.vibee.session.cli.terminal.Format;
import io.vibee.session.cli.terminal.SecretReader;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
          + " too. It appears once it is complete, or not at all, for its owner alone. The"
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
  private static final int SHORT = 16;

  @Parameters(paramLabel = "FILE", description = "the backup to write")
  private Path file = Path.of("");

  @ArgGroup(heading = "%nThe passphrase is asked for, or read from one of:%n")
  private final PassphraseOptions passphrase = new PassphraseOptions();

  @Option(
      names = "--session",
      paramLabel = "ID",
      description = {
        "only this one; may be repeated. ID is " + SessionArguments.NAMES,
      })
  private List<String> only = List.of();

  @Option(names = "--force", description = "replace the file if there is one")
  private boolean force;

  @Option(names = "--skip-unreadable", description = "leave out sessions that cannot be read")
  private boolean skipUnreadable;

  @Option(names = "--no-log-entry", description = "leave no entry in the activity log")
  private boolean noLogEntry;

  private final BackupCipher cipher;

  ExportCommand(CliContext context, BackupCipher cipher) {
    super(context);
    this.cipher = cipher;
  }

  @Override
  public Integer call() {
    BackupExport export = new BackupExport(context(), cipher, file, force);
    Secret secret = passphrase.read(new SecretReader(context()), settings(), true);
    if (secret.exposeSecret().length() < SHORT) {
      note("warning: a passphrase this short can be guessed: use a key of generate-key");
    }
    return withStore(store -> report(export.run(store, selection(store), secret)));
  }

  private BackupExport.Selection selection(ManagedSessionStore store) {
    return new BackupExport.Selection(
        only.isEmpty()
            ? List.of()
            : new SessionFinder(store, context().err(), new SessionArguments.IdKind()).find(only),
        skipUnreadable,
        noLogEntry ? null : actor());
  }

  private int report(BackupExport.Result result) {
    Map<String, @Nullable Object> document = new LinkedHashMap<>();
    document.put("file", file.toString());
    document.put("sessions", result.sessions());
    document.put("skipped", result.skipped().stream().map(Documents::of).toList());
    print(document, "exported " + Format.count(result.sessions(), "session") + " to " + file);
    note("keep the file and its passphrase apart: who has both can use the accounts");
    return 0;
  }
}
