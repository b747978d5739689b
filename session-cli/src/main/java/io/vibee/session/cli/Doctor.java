package io.vibee.session.cli;

import io.vibee.session.cli.terminal.CliContext;
import io.vibee.session.jdbc.seal.HashSealer;
import io.vibee.session.jdbc.url.DatabaseUrl;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Runs all checks, one after the other; one that fails does not keep the next from being done. */
final class Doctor {
  private final CliContext context;
  private final DoctorFindings findings;

  Doctor(CliContext context, DoctorFindings findings) {
    this.context = context;
    this.findings = findings;
  }

  /** A check that asks the database. */
  private interface Question {
    void ask(DoctorSql sql) throws SQLException;
  }

  void examine(Map<String, String> settings, List<Path> files) {
    @Nullable DatabaseUrl url = DoctorSettings.url(settings, findings);
    DoctorSettings.files(files, findings);
    DoctorPatient patient = new DoctorPatient(settings, url);
    Optional<HashSealer> held = DoctorSettings.key(patient, findings);
    if (url != null) examineDatabase(patient, url, held);
    DoctorBridge.check(patient, findings);
  }

  private void examineDatabase(DoctorPatient patient, DatabaseUrl url, Optional<HashSealer> held) {
    try (Connection connection = DoctorConnection.open(url, findings)) {
      if (connection == null) return;
      if (!DoctorPooler.allowsTransactions(url, connection, findings)) return;
      DoctorSql sql = DoctorSql.open(connection);
      ask("tls", sql, s -> DoctorTls.check(patient, s, findings));
      ask("server", sql, s -> DoctorConnection.server(s, findings));
      ask("standby", sql, s -> DoctorStandby.check(s, findings));
      ask("clock", sql, s -> DoctorConnection.clock(s, findings));
      ask("pgcrypto", sql, s -> DoctorSchema.extension(s, findings));
      ask("weak-ciphers", sql, s -> DoctorCiphers.check(s, findings));
      ask("tables", sql, s -> DoctorSchema.tables(s, findings));
      ask("row-security", sql, s -> DoctorRowSecurity.check(s, findings));
      ask("schema", sql, s -> DoctorSchema.version(patient, s, findings));
      ask("objects", sql, s -> DoctorObjects.check(s, findings));
      ask("triggers", sql, s -> DoctorTriggers.check(s, findings));
      ask("replica-role", sql, s -> DoctorReplicaRole.check(s, findings));
      ask("functions", sql, s -> DoctorFunctions.check(s, findings));
      ask("attachments", sql, s -> DoctorAttachments.check(s, findings));
      ask("sequences", sql, s -> DoctorSequences.check(s, findings));
      ask("rights", sql, s -> DoctorRights.check(s, findings));
      ask("role", sql, s -> DoctorRights.power(s, findings));
      ask("grants", sql, s -> DoctorGrants.check(s, findings));
      ask("access", sql, s -> DoctorAccess.check(s, findings));
      ask("schema-grants", sql, s -> DoctorSchemaGrants.check(s, findings));
      ask("operators", sql, s -> DoctorFunctions.operators(s, findings));
      ask("key", sql, s -> DoctorKeys.current(s, held, findings));
      ask("earlier-keys", sql, s -> DoctorKeys.earlier(s, findings));
      ask("cipher", sql, s -> DoctorRows.cipher(s, findings));
      ask("sessions", sql, s -> DoctorRows.decrypt(context, patient, s, findings));
      ask("server-log", sql, s -> DoctorLogging.check(s, findings));
    } catch (SQLException e) {
      findings.failed("connection", e);
    }
  }

  private void ask(String check, DoctorSql sql, Question question) {
    try {
      sql.ask(() -> question.ask(sql));
    } catch (SQLException e) {
      String state = String.valueOf(e.getSQLState());
      // A table, column or function is missing: the schema's own check has said so.
      if (state.equals("3F000")) {
        findings.skipped(check, "there are no tables");
      } else if (state.matches("42P01|42703|42883")) {
        findings.skipped(check, "the tables are not as they should be");
      } else {
        findings.failed(check, e);
      }
    }
  }
}
