package io.vibee.session.cli;

import io.vibee.session.Finding;
import io.vibee.session.Finding.Cause;
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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What can be told before anything is connected to. */
final class DoctorSettings {
  private static final String URL = "database-url";
  private static final String FILES = "files";
  private static final String KEY = "key-setting";

  private DoctorSettings() {}

  /** Null where there is no database to look at. */
  static @Nullable DatabaseUrl url(Map<String, String> settings, Consumer<Finding> findings) {
    String text = settings.getOrDefault("DATABASE_URL", "");
    if (text.isEmpty()) {
      findings.accept(
          Finding.failed(
              URL,
              Cause.MISCONFIGURED,
              "DATABASE_URL is not set",
              "set it in the environment or in .env: postgresql://user:password@host:5432/database"));
      return null;
    }
    try {
      DatabaseUrl url = DatabaseUrl.parse(text);
      findings.accept(Finding.ok(URL, "names " + url));
      return url;
    } catch (MisconfiguredException e) {
      findings.accept(Finding.failed(URL, e));
      return null;
    }
  }

  /** Files with secrets are for their owner alone. */
  static void files(List<Path> files, Consumer<Finding> findings) {
    List<Path> there = files.stream().filter(Files::isRegularFile).toList();
    for (Path file : there) {
      if (!SecretReader.isOpenToOthers(file)) continue;
      findings.accept(
          Finding.warning(
              FILES, "others than its owner may read or write " + file, "chmod 600 " + file));
      return;
    }
    String names = String.join(", ", there.stream().map(Path::toString).toList());
    findings.accept(
        there.isEmpty()
            ? Finding.skipped(FILES, "no .env or .envrc is read")
            : Finding.ok(FILES, names + ": for the owner alone"));
  }

  /**
   * What the settings say of keys outside the database.
   *
   * @param sealer holds them; null where none is set, or none can be used
   * @param problem why they cannot be used; null where they can, or none is set
   */
  record Keys(@Nullable HashSealer sealer, @Nullable MisconfiguredException problem) {}

  static Keys keys(Map<String, String> settings, Consumer<Finding> findings) {
    try {
      Optional<HashSealer> sealer = new OpenPgpSealerProvider().fromEnvironment(settings);
      if (sealer.isEmpty()) {
        findings.accept(Finding.ok(KEY, "no key outside the database is set"));
      } else {
        String held = String.join(", ", sealer.get().fingerprints());
        findings.accept(
            Finding.ok(KEY, "holds the key outside the database of fingerprint " + held));
      }
      return new Keys(sealer.orElse(null), null);
    } catch (MisconfiguredException e) {
      findings.accept(Finding.failed(KEY, e));
      return new Keys(null, e);
    }
  }
}
