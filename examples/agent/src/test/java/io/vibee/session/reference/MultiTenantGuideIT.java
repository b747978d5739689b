package io.vibee.session.reference;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.Processes;
import io.vibee.session.jdbc.testing.TestDatabase;
import io.vibee.session.jdbc.testing.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Runs what the guide for many tenants tells people to type, in order, in one shell. */
@Execution(ExecutionMode.CONCURRENT)
class MultiTenantGuideIT {
  private static final Pattern COMMANDS = Pattern.compile("(?ms)^```bash\\n(.*?)^```");
  private static final Pattern GRANT = Pattern.compile("(?ms)^GRANT .*?;");
  private static final Path DOCS = Path.of("..", "..", "docs");
  private static final String HASH = "0123456789abcdef0123456789abcdef";

  private static String guide() throws IOException {
    return Files.readString(DOCS.resolve("MULTI_TENANT_SETUP.md"));
  }

  /**
   * Replaces the names of the database and the roles with this test's own, since roles belong to
   * the server.
   */
  private static String script(TestDatabase database) throws IOException {
    return COMMANDS
        .matcher(guide())
        .results()
        .map(block -> block.group(1))
        .collect(Collectors.joining())
        .replace(
            "localhost:5432/vibee",
            "localhost:%d/%s".formatted(database.postgres().port(), database.name()))
        .replace("vibee_restored", database.name() + "_restored")
        .replaceAll("vibee_(owner|manager|agent)", database.name() + "_$1");
  }

  @Test
  void runsFromTheRolesToTheRestoredBackup(@TempDir Path folder) throws Exception {
    Tools.require("bash");
    Tools.require("pg_dump");
    StartSh startSh = StartSh.in(folder);
    TestDatabase database = Postgres.OLDEST.createDatabase();
    Path script =
        Files.writeString(folder.resolve("guide.sh"), "set -euo pipefail\n" + script(database));
    Path input = Files.writeString(folder.resolve("input"), HASH + "\n");
    Process shell =
        Processes.of(List.of("bash", script.toString()))
            .directory(startSh.folder().toFile())
            .redirectInput(input.toFile())
            .redirectOutput(folder.resolve("out").toFile())
            .redirectError(folder.resolve("err").toFile())
            .start();
    assertThat(shell.waitFor(3, TimeUnit.MINUTES)).isTrue();
    String out = Files.readString(folder.resolve("out"), UTF_8);
    String err = Files.readString(folder.resolve("err"), UTF_8);
    assertThat(shell.exitValue()).as(out + err).isZero();
    assertThat(out)
        .contains("loaded 2 sessions", "loaded 1 session ", "session_deleted", "user_id=100200301");
    assertThat(out + err).doesNotContain(HASH);
  }

  /** The grants are those of the security guide, except that it names some roles together. */
  @Test
  void grantsNothingThatTheSecurityGuideDoesNot() throws IOException {
    String security = words(Files.readString(DOCS.resolve("security.md")));
    List<String> rights =
        GRANT
            .matcher(guide())
            .results()
            .map(grant -> words(grant.group()))
            .filter(grant -> grant.endsWith("TO vibee_manager;"))
            .toList();
    assertThat(rights).hasSize(2).allSatisfy(grant -> assertThat(security).contains(grant));
  }

  private static String words(String text) {
    return text.replaceAll("\\s+", " ");
  }
}
