package io.vibee.session.cli;

import io.vibee.session.cli.DoctorFinding.Status;
import io.vibee.session.cli.json.Json;
import io.vibee.session.cli.terminal.CliContext;
import io.vibee.session.cli.terminal.Format;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

  DoctorCommand(CliContext context) {
    super(context);
  }

  @Override
  public Integer call() {
    DoctorFindings findings =
        new DoctorFindings(
            finding -> {
              if (!json()) print(finding);
            });
    new Doctor(context(), findings).examine(settings(), settingsFiles());
    Optional<DoctorFinding> first = findings.firstFailed();
    int code = first.map(DoctorFinding::exitCode).orElse(0);
    if (json()) out().println(Json.pretty(document(findings, code)));
    else out().println(summary(findings));
    first.ifPresent(failed -> context().err().println(Failures.line(advice(failed))));
    return code;
  }

  private void print(DoctorFinding finding) {
    out().printf("%-8s %-13s %s%n", finding.status().label(), finding.check(), finding.text());
    if (finding.remedy() != null) out().println(INDENT + "to mend it: " + finding.remedy());
    out().flush();
  }

  private static String advice(DoctorFinding failed) {
    String remedy = failed.remedy();
    return failed.check() + ": " + failed.text() + (remedy == null ? "" : ": " + remedy);
  }

  private static Map<String, @Nullable Object> document(DoctorFindings findings, int code) {
    Map<String, @Nullable Object> document = new LinkedHashMap<>();
    document.put("status", worst(findings).label());
    document.put("exit_code", code);
    document.put("checks", findings.all().stream().map(DoctorFinding::json).toList());
    return document;
  }

  private static Status worst(DoctorFindings findings) {
    for (Status status : List.of(Status.FAILED, Status.WARNING)) {
      if (findings.count(status) > 0) return status;
    }
    return Status.OK;
  }

  private static String summary(DoctorFindings findings) {
    return findings.count(Status.OK)
        + " ok, "
        + Format.count(findings.count(Status.WARNING), "warning")
        + ", "
        + findings.count(Status.FAILED)
        + " failed, "
        + findings.count(Status.SKIPPED)
        + " skipped";
  }

  private List<Path> settingsFiles() {
    @Nullable Path single = envFile();
    if (single != null) return List.of(single);
    @Nullable Path home = context().home();
    return home == null ? List.of() : List.of(home.resolve(".env"), home.resolve(".envrc"));
  }
}
