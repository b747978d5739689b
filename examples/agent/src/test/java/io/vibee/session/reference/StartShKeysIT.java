package io.vibee.session.reference;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.agent.testing.AgentDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Runs start.sh with a key outside the database, from the first rotation to the last. */
@Execution(ExecutionMode.CONCURRENT)
class StartShKeysIT {
  private static final String KEY = "0a1b2c3d".repeat(8);
  private static final String OTHER = "4e5f6a7b".repeat(8);
  private static final String FILE = "ENCRYPTION_MASTER_KEY_FILE";
  private static final String VARIABLE = "ENCRYPTION_MASTER_KEY";

  private Path folder;
  private AgentDatabase database;
  private StartSh startSh;

  @BeforeEach
  void addThreeSessions(@TempDir Path temporary) throws Exception {
    folder = temporary;
    startSh = StartSh.in(Files.createDirectory(folder.resolve("project")));
    database = AgentDatabase.with("1", "2", "3");
  }

  @Test
  void takesTheKeyOutOfTheDatabaseAndPutsOneBack() throws Exception {
    Map<String, String> withKey = Map.of(FILE, keyFile("rw-------", KEY));
    StartSh.Result before = run(withKey, "--once");
    assertLoads(before, 3);
    assertThat(before.err()).contains("the database's own key (version 1) is in force");

    StartSh.Result rotated = run(withKey, "--rotate-key");
    assertThat(rotated.exitCode()).as(rotated.err()).isZero();
    assertThat(rotated.out())
        .matches("moved 3 sessions in \\d+ ms, 0 left, \\d+ a second \\(key version 2\\)\n");
    assertThat(rotated.err())
        .contains("key version 2, outside the database, fingerprint ")
        .doesNotContain(KEY);
    StartSh.Result loaded = run(withKey, "--once");
    assertLoads(loaded, 3);
    assertThat(loaded.err()).isEmpty();
    assertThat(run(withKey, "--rotate-key").out()).as("again").startsWith("moved 0 sessions");

    StartSh.Result twoKeys = run(Map.of(FILE, keyFile("rw-------", OTHER, KEY)), "--rotate-key");
    assertThat(twoKeys.out()).startsWith("moved 3 sessions").endsWith("(key version 3)\n");
    assertFails(run(Map.of(VARIABLE, KEY), "--once"), 5, "key version 3");
    assertLoads(run(Map.of(VARIABLE, OTHER), "--once"), 3);

    StartSh.Result back = run(Map.of(VARIABLE, OTHER), "--rotate-key=database");
    assertThat(back.exitCode()).as(back.err()).isZero();
    assertThat(back.out()).startsWith("moved 3 sessions").endsWith("(key version 4)\n");
    assertLoads(run(Map.of(), "--once"), 3);
  }

  @Test
  void refusesAKeyThatIsMissingWrongDoubleOrOpenToOthers() throws Exception {
    assertThat(run(Map.of(VARIABLE, KEY), "--rotate-key").exitCode()).isZero();
    assertFails(run(Map.of(), "--once"), 5, "set ENCRYPTION_MASTER_KEY_FILE");
    StartSh.Result wrong = run(Map.of(VARIABLE, OTHER), "--once");
    assertFails(wrong, 5, "fingerprint");
    assertThat(wrong.lastErrorLine().split("fingerprint ", -1)).as("names both").hasSize(3);
    String file = keyFile("rw-------", KEY);
    assertFails(run(Map.of(VARIABLE, KEY, FILE, file), "--once"), 2, "both set");
    assertFails(run(Map.of(FILE, keyFile("rw-r--r--", KEY)), "--once"), 2, "chmod 600");
    assertFails(run(Map.of(), "--rotate-key=database"), 5, "set ENCRYPTION_MASTER_KEY_FILE");
    assertFails(run(Map.of(), "--rotate-key", "--once"), 2, "leave out --once");
    assertLoads(run(Map.of(FILE, keyFile("r--------", KEY)), "--once"), 3);
  }

  @Test
  void saysWhichSessionsStayBehind() throws Exception {
    execute(
        "set vibee.replica_writes = on; set session_replication_role = replica; update user_sessions set api_hash_encrypted = 'garbage' where user_id = '2'");
    StartSh.Result rotated = run(Map.of(VARIABLE, KEY), "--rotate-key");
    assertThat(rotated.exitCode()).isEqualTo(5);
    assertThat(rotated.out()).startsWith("moved 2 sessions").contains(" 1 left");
    assertThat(rotated.lastErrorLine()).contains("sessions that cannot be read keep their key");
    assertLoads(run(Map.of(VARIABLE, KEY), "--once"), 2);
  }

  /** Somebody with rights on the keys puts one in force that they know. */
  @Test
  void movesNothingIntoADatabaseKeyThatWasPutInForceMeanwhile() throws Exception {
    assertThat(run(Map.of(VARIABLE, KEY), "--rotate-key").exitCode()).isZero();
    execute(
        """
        begin;
        set local vibee.key_change = 'online';
        update encryption_keys set master_key = 'a key that they know', key_fingerprint = null where id = 1;
        commit;
        create table seen as select 0 as key_version;
        create function watch() returns trigger language plpgsql as
          'begin insert into public.seen values (new.key_version); return new; end';
        create trigger watch after update on user_sessions for each row execute function watch()
        """);
    StartSh.Result rotated = run(Map.of(VARIABLE, KEY), "--rotate-key");
    assertThat(rotated.exitCode()).as(rotated.err()).isZero();
    execute(
        "do $$ begin assert (select array_agg(distinct key_version) = '{0,4}' from seen); end $$");
  }

  @Test
  void continuesARotationWithoutAnotherKey() throws Exception {
    execute(
        """
        begin;
        set local vibee.key_change = 'online';
        update encryption_keys set master_key = session_new_key() where id = 1;
        commit
        """);
    StartSh.Result rest = run(Map.of(), "--rotate-key=continue");
    assertThat(rest.exitCode()).as(rest.err()).isZero();
    assertThat(rest.out()).startsWith("moved 3 sessions").endsWith("(key version 2)\n");
  }

  private String keyFile(String permissions, String... keys) throws IOException {
    Path file = folder.resolve("keys");
    Files.deleteIfExists(file);
    Files.write(file, List.of(keys));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    return file.toString();
  }

  private StartSh.Result run(Map<String, String> variables, String... options) throws Exception {
    Map<String, String> environment = new HashMap<>(variables);
    environment.put("DATABASE_URL", database.url());
    environment.put("MULTI_TENANT", "true");
    return startSh.run(environment, options);
  }

  private static void assertLoads(StartSh.Result result, int sessions) {
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.lines()).hasSize(sessions + 1);
  }

  private static void assertFails(StartSh.Result result, int exitCode, String advice) {
    assertThat(result.exitCode()).as(result.err()).isEqualTo(exitCode);
    assertThat(result.out()).isEmpty();
    assertThat(result.lastErrorLine()).contains(advice);
    assertThat(result.err()).doesNotContain(KEY, OTHER, "Exception", "\tat ");
  }

  private void execute(String sql) throws SQLException {
    database.execute(sql);
  }
}
