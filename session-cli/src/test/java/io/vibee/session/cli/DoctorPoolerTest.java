package io.vibee.session.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vibee.session.jdbc.testing.PgBouncer;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the doctor says behind PgBouncer. */
class DoctorPoolerTest {
  private final TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);

  @ParameterizedTest
  @CsvSource({
    "transaction, ok, in transaction mode",
    "statement, failed, refuses transactions",
    "session, ok, none",
  })
  void tellsTheMode(String mode, String status, String text, @TempDir Path folder)
      throws Exception {
    try (PgBouncer bouncer = PgBouncer.start(database, mode, 5, folder)) {
      JsonNode json = CliRun.on(bouncer.url()).run("doctor", "--json").json();
      JsonNode pooler =
          json.path("checks").findParents("check").stream()
              .filter(finding -> finding.path("check").asText().equals("pooler"))
              .findFirst()
              .orElseThrow();
      assertThat(pooler.path("status").asText()).as(pooler.toString()).isEqualTo(status);
      assertThat(pooler.path("message").asText()).contains(text);
    }
  }
}
