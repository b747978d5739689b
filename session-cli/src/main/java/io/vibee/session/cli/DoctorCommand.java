package io.vibee.session.cli;

import io.vibee.session.Finding;
import io.vibee.session.Finding.Status;
import io.vibee.session.cli.json.Json;
import io.vibee.session.cli.terminal.CliContext;
import io.vibee.session.cli.terminal.Format;
import io.vibee.session.cli.terminal.Progress;
import io.vibee.session.jdbc.JdbcSessionStore;
import io.vibee.session.jdbc.url.DatabaseUrl;
import io.vibee.session.process.ExitCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

@CommandLine.Command(
    name = "doctor",
    description = {
      "Looks for what is wrong with the set-up, and says how to mend it.",
      "",
      "Checks the settings and their files, connection, TLS, server, pooler, clock, extension, tables,"
          + " triggers, the role's rights, the key, every session's hash, the server's logging and"
          + " the bridge. Run it as the role that agents use. It changes nothing.",
      "",
      "Each check is ok, warning, failed or skipped. The exit code is 0 if none failed, else that of"
          + " the first that did.",
    },
    footer = {
      "  vibee-session doctor",
      "  vibee-session doctor --json | jq '.checks[] | select(.status != \"ok\")'",
    })
final class DoctorCommand extends DatabaseCommand {
  private static final String INDENT = " ".repeat(23);

  private final List<Finding> found = new ArrayList<>();

  /** While sessions are read. */
  private @Nullable Progress progress;

  DoctorCommand(CliContext context) {
    super(context);
  }

  @Override
  public Integer call() {
    examine(settings());
    Optional<Finding> first =
        found.stream().filter(finding -> finding.status() == Status.FAILED).findFirst();
    int code = first.map(DoctorCommand::exitCode).orElse(0);
    if (json()) out().println(Json.pretty(document(code)));
    else out().println(summary());
    first.ifPresent(failed -> context().err().println(Failures.line(advice(failed))));
    return code;
  }

  private void examine(Map<String, String> settings) {
    @Nullable DatabaseUrl url = DoctorSettings.url(settings, this::add);
    DoctorSettings.files(settingsFiles(), this::add);
    DoctorSettings.Keys keys = DoctorSettings.keys(settings, this::add);
    if (url != null) {
      String text = settings.getOrDefault("DATABASE_URL", "");
      try (JdbcSessionStore store = JdbcSessionStore.open(text, keys.sealer())) {
        store.examineAll(this::add, count -> read(count, keys));
      } finally {
        endProgress();
      }
    }
    add(DoctorBridge.check(settings));
  }

  /** Sessions cannot be read as agents with these settings would, who do not even start. */
  private void read(long count, DoctorSettings.Keys keys) {
    if (keys.problem() != null) throw keys.problem();
    if (progress == null) progress = new Progress(context(), "decrypted");
    if (count > 0) progress.at(count, 0);
  }

  private void endProgress() {
    if (progress != null) progress.close();
    progress = null;
  }

  private void add(Finding finding) {
    endProgress();
    found.add(finding);
    if (!json()) print(finding);
  }

  private void print(Finding finding) {
    out().printf("%-8s %-13s %s%n", finding.status().label(), finding.check(), finding.text());
    if (finding.remedy() != null) out().println(INDENT + "to mend it: " + finding.remedy());
    out().flush();
  }

  private static int exitCode(Finding failed) {
    return switch (Objects.requireNonNull(failed.cause())) {
      case MISCONFIGURED -> ExitCode.MISCONFIGURED;
      case UNAVAILABLE -> ExitCode.UNAVAILABLE;
      case UNREADABLE -> ExitCode.UNREADABLE;
      case SCHEMA -> ExitCode.SCHEMA;
    };
  }

  private static String advice(Finding failed) {
    String remedy = failed.remedy();
    return failed.check() + ": " + failed.text() + (remedy == null ? "" : ": " + remedy);
  }

  private Map<String, @Nullable Object> document(int code) {
    Map<String, @Nullable Object> document = new LinkedHashMap<>();
    document.put("status", worst().label());
    document.put("exit_code", code);
    document.put("checks", found.stream().map(DoctorCommand::document).toList());
    return document;
  }

  private static Map<String, @Nullable Object> document(Finding finding) {
    Map<String, @Nullable Object> document = new LinkedHashMap<>();
    document.put("check", finding.check());
    document.put("status", finding.status().label());
    document.put("message", finding.text());
    document.put("remedy", finding.remedy());
    return document;
  }

  private Status worst() {
    for (Status status : List.of(Status.FAILED, Status.WARNING)) {
      if (count(status) > 0) return status;
    }
    return Status.OK;
  }

  private long count(Status status) {
    return found.stream().filter(finding -> finding.status() == status).count();
  }

  private String summary() {
    return count(Status.OK)
        + " ok, "
        + Format.count(count(Status.WARNING), "warning")
        + ", "
        + count(Status.FAILED)
        + " failed, "
        + count(Status.SKIPPED)
        + " skipped";
  }

  private List<Path> settingsFiles() {
    @Nullable Path single = envFile();
    if (single != null) return List.of(single);
    @Nullable Path home = context().home();
    return home == null ? List.of() : List.of(home.resolve(".env"), home.resolve(".envrc"));
  }
}
