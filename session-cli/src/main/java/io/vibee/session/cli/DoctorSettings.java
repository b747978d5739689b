package io.vibee.session.cli;

import io.vibee.session.MisconfiguredException;
import io.vibee.session.cli.terminal.SecretReader;
import io.vibee.session.jdbc.seal.HashSealer;
import io.vibee.session.jdbc.url.DatabaseUrl;
import io.vibee.session.openpgp.OpenPgpSealerProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What can be told before anything is connected to. */
final class DoctorSettings {
  private static final String URL = "database-url";
  private static final String FILES = "files";
  private static final String KEY = "key-setting";

  private DoctorSettings() {}

  /** Null where there is no database to look at. */
  static @Nullable DatabaseUrl url(Map<String, String> settings, DoctorFindings findings) {
    String text = settings.getOrDefault("DATABASE_URL", "");
    if (text.isEmpty()) {
      findings.failed(
          URL,
          ExitCode.MISCONFIGURED,
          "DATABASE_URL is not set",
          "set it in the environment or in .env: postgresql://user:password@host:5432/database");
      return null;
    }
    try {
      DatabaseUrl url = DatabaseUrl.parse(text);
      findings.ok(URL, "names " + url);
      return url;
    } catch (MisconfiguredException e) {
      findings.failed(URL, e);
      return null;
    }
  }

  /** Files with secrets are for their owner alone. */
  static void files(List<Path> files, DoctorFindings findings) {
    List<Path> there = files.stream().filter(Files::isRegularFile).toList();
    for (Path file : there) {
      if (!SecretReader.isOpenToOthers(file)) continue;
      findings.warning(
          FILES, "others than its owner may read or write " + file, "chmod 600 " + file);
      return;
    }
    String names = String.join(", ", there.stream().map(Path::toString).toList());
    if (there.isEmpty()) findings.skipped(FILES, "no .env or .envrc is read");
    else findings.ok(FILES, names + ": for the owner alone");
  }

  /** The keys that this process holds; empty where none can be used. */
  static Optional<HashSealer> key(DoctorPatient patient, DoctorFindings findings) {
    try {
      Optional<HashSealer> sealer = new OpenPgpSealerProvider().fromEnvironment(patient.settings());
      if (sealer.isEmpty()) {
        findings.ok(KEY, "no key outside the database is set");
      } else {
        String held = String.join(", ", sealer.get().fingerprints());
        findings.ok(KEY, "holds the key outside the database of fingerprint " + held);
      }
      return sealer;
    } catch (MisconfiguredException e) {
      findings.failed(KEY, e);
      return Optional.empty();
    }
  }
}
