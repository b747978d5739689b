package io.vibee.session.cli;

import io.vibee.session.Secret;
import io.vibee.session.Session;
import io.vibee.session.cli.backup.BackupReader;
import io.vibee.session.cli.backup.ImportReport;
import io.vibee.session.cli.backup.SessionImport;
import io.vibee.session.cli.terminal.CliContext;
import io.vibee.session.cli.terminal.SecretReader;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@CommandLine.Command(
    name = "import",
    description = {
      "Stores the sessions of a backup that export wrote.",
      "",
      "The whole file is decrypted and checked before the first session is stored, and every session"
          + " is compared with what is there. Sessions that are stored with other values are an"
          + " error unless --replace is given; those that are not in the backup stay as they are."
          + " A stored session keeps its is_authorized, on which the bridge has the last word. After an"
          + " import that was interrupted, run it again.",
    },
    footer = {
      "  vibee-session import sessions.pgp --passphrase-file backup.key",
      "  vibee-session import sessions.pgp --replace",
    })
final class ImportCommand extends DatabaseCommand {
  @Parameters(paramLabel = "FILE", description = "the backup to read")
  private Path file = Path.of("");

  @ArgGroup(heading = "%nThe passphrase is asked for, or read from one of:%n")
  private final PassphraseOptions passphrase = new PassphraseOptions();

  @Option(
      names = "--replace",
      description = "overwrite sessions that are stored with other values, which may be newer")
  private boolean replace;

  ImportCommand(CliContext context) {
    super(context);
  }

  @Override
  public Integer call() {
    Secret secret = passphrase.read(new SecretReader(context()), settings(), false);
    List<Session> sessions = BackupReader.read(file, secret);
    SessionImport work = SessionImport.ofBackup(context(), replace);
    return withStore(
        store -> {
          ImportReport report = work.run(store, sessions);
          print(report.document(), report.summary());
          return 0;
        });
  }
}
