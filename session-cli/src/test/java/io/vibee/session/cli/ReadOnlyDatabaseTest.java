package io.vibee.session.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.jdbc.testing.Canary;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What each command does where {@code DATABASE_URL} asks for a standby. */
class ReadOnlyDatabaseTest {
  private final TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);

  @BeforeEach
  void addOne() {
    database.insertByGuide("1", "sess_1");
    database.execute(
        "alter database " + database.name() + " set default_transaction_read_only = on");
  }

  private CliRun.Result cli(String... args) {
    return CliRun.on(database.url() + "?target_session_attrs=read-only")
        .typing(Canary.MASTER_KEY)
        .run(args);
  }

  @Test
  void readsAndRefusesChanges() {
    assertThat(cli("list").assertDone().out()).contains("sess_1");
    assertThat(cli("show", "1").assertDone().out()).contains("sess_1");
    cli("activity").assertDone();
    cli("keys").assertDone();
    assertThat(cli("doctor").assertDone().out())
        .contains("this server is read-only; the store was opened for reading only");
    cli("deactivate", "sess_1").assertFails(2, "reading only");
    cli("delete", "sess_1", "--yes").assertFails(2, "reading only");
    cli("rotate-key").assertFails(2, "reading only");
    assertThat(database.value("select count(*) from user_sessions where is_active")).isEqualTo("1");
  }

  @Test
  void exportsWithoutAnEntryInTheLogAlone(@TempDir Path folder) {
    String backup = folder.resolve("sessions.pgp").toString();
    cli("export", backup, "--passphrase-stdin").assertFails(2, "--no-log-entry");
    assertThat(folder).isEmptyDirectory();
    assertThat(cli("export", backup, "--passphrase-stdin", "--no-log-entry").assertDone().out())
        .startsWith("exported 1 session");
  }
}
