package io.vibee.session.reference;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.agent.testing.AgentDatabase;
import io.vibee.session.jdbc.SessionMigrations;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs start.sh as people and scripts do: a real process on a real database. */
@Execution(ExecutionMode.CONCURRENT)
class StartShIT {
  private static final String HASH = AgentDatabase.HASH;
  private static final Map<String, String> LEGACY =
      Map.of("TELEGRAM_SESSION_ID", "sess_env", "TELEGRAM_API_ID", "1", "TELEGRAM_API_HASH", HASH);

  private final AgentDatabase database = AgentDatabase.empty();
  private StartSh startSh;

  @BeforeEach
  void prepare(@TempDir Path folder) throws Exception {
    startSh = StartSh.in(folder);
  }

  private String url() {
    return database.url();
  }

  private void execute(String sql) throws SQLException {
    database.execute(sql);
  }

  private String value(String sql) throws SQLException {
    return database.value(sql);
  }

  private void migrateAndAdd(String... users) throws SQLException {
    SessionMigrations.migrate(url());
    for (String user : users) database.add(user);
  }

  private StartSh.Result once(Map<String, String> variables) throws Exception {
    Map<String, String> environment = new HashMap<>(variables);
    environment.putIfAbsent("DATABASE_URL", url());
    return startSh.run(environment, "--once");
  }

  private static void assertLoads(StartSh.Result result, String mode, String... users) {
    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isZero();
    assertThat(result.lines()).hasSize(users.length + 1);
    for (int i = 0; i < users.length; i++) {
      assertThat(result.lines().get(i))
          .isEqualTo(
              "session user_id=%1$s session_id=sess_%1$s api_id=94892 phone=+1000***0123 authorized=false source=database"
                  .formatted(users[i]));
    }
    assertThat(result.lines().get(users.length))
        .matches("loaded %d sessions? in \\d+ ms \\(mode=%s\\)".formatted(users.length, mode));
  }

  /**
   * Checks what every failure must look like: nothing on standard output, and advice on the last
   * line.
   */
  private static void assertFails(StartSh.Result result, int exitCode, String advice) {
    assertThat(result.exitCode()).as(result.err()).isEqualTo(exitCode);
    assertThat(result.out()).isEmpty();
    assertThat(result.lastErrorLine()).contains(advice);
    assertThat(result.err()).doesNotContain(HASH, "Exception", "\tat ");
  }

  @Test
  void loadsInEachMode() throws Exception {
    migrateAndAdd("100200300");
    assertLoads(once(Map.of()), "auto", "100200300");
    execute("update encryption_keys set master_key = 'YOUR_NEW_KEY' where id = 1");
    migrateAndAdd("100200301");
    assertLoads(once(Map.of("USER_ID", "100200301")), "single-db", "100200301");
    assertLoads(once(Map.of("MULTI_TENANT", "true")), "multi-tenant", "100200300", "100200301");
    StartSh.Result legacy = startSh.run(LEGACY, "--once");
    assertThat(legacy.lines().get(0))
        .isEqualTo(
            "session user_id=env-1 session_id=sess_env api_id=1 phone=- authorized=false source=environment");
    assertThat(legacy.lines().get(1)).endsWith("(mode=single-env)");
  }

  @Test
  void loadsNothingFromAnEmptyDatabaseAndMigratesWhenAsked() throws Exception {
    assertFails(once(Map.of("MULTI_TENANT", "true")), 6, "run the migrations");
    Map<String, String> environment = Map.of("MULTI_TENANT", "true", "DATABASE_URL", url());
    StartSh.Result migrated = startSh.run(environment, "--migrate", "--once");
    assertThat(migrated.exitCode()).as(migrated.err()).isZero();
    assertThat(migrated.lines()).singleElement().asString().startsWith("loaded 0 sessions in ");
    assertThat(migrated.err()).isEqualTo("migrated: the schema is up to date\n");
    assertLoads(once(Map.of("MULTI_TENANT", "true")), "multi-tenant");
    assertFails(once(Map.of()), 3, "no active session");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // what happened to the database | variable | exit code | advice
        "select 1 | USER_ID=unknown | 3 | no session of user unknown: add it",
        "update user_sessions set is_active = false | USER_ID=100200300 | 3 | not active: activate it",
        "select 1 | USER_ID=two words | 2 | USER_ID",
        "select 1 | MULTI_TENANT=yes | 2 | MULTI_TENANT must be true or false",
        "select 1 | SESSION_SOURCE=best | 2 | SESSION_SOURCE must be",
        "select 1 | DATABASE_URL=mysql://u:made_up_password@h/d | 2 | postgresql://",
        "select 1 | DATABASE_URL=postgresql://u:made_up_password@h/d?sslmoode=require | 2 | DATABASE_URL",
        "select 1 | ENCRYPTION_MASTER_KEY_FILE=/nowhere/key | 2 | ENCRYPTION_MASTER_KEY_FILE",
        "select 1 | DATABASE_URL=postgresql://postgres@localhost:1/d | 4 | check that it runs",
        "drop table session_activity; drop table encryption_keys | USER_ID=100200300 | 6 | run the migrations",
        "drop table session_schema_version | USER_ID=100200300 | 6 | run the migrations",
        "insert into session_schema_version values (999) | USER_ID=100200300 | 6 | update the library",
        "set vibee.replica_writes = on; set session_replication_role = replica; update user_sessions set api_hash_encrypted = 'garbage' | USER_ID=100200300 | 5 | store the api_hash again",
        "set vibee.replica_writes = on; set session_replication_role = replica; update user_sessions set api_hash_encrypted = 'garbage' | MULTI_TENANT=true | 5 | store the api_hash again",
        "set vibee.replica_writes = on; set session_replication_role = replica; update encryption_keys set master_key = 'another' | USER_ID=100200300 | 5 | store the api_hash again",
        "alter table encryption_keys drop constraint encryption_keys_one_kind; set vibee.replica_writes = on; set session_replication_role = replica; update encryption_keys set master_key = null | USER_ID=100200300 | 5 | no master key",
        "set vibee.replica_writes = on; set session_replication_role = replica; delete from encryption_keys | MULTI_TENANT=true | 5 | no master key",
        "select session_fleet_register('other', null, 0, 1, '60 s', null, null, 1); select session_fleet_claim(1099511627777, 1, 1, null) | USER_ID=100200300 | 7 | is run by agent other",
        "select session_fleet_quarantine(null, (select session_id from user_sessions), null, 'made up') | SESSION_SOURCE=auto | 7 | is in quarantine",
      })
  void failsWithItsOwnExitCodeAndFallsBackToNothing(
      String sql, String variable, int exitCode, String advice) throws Exception {
    migrateAndAdd("100200300");
    execute(sql);
    String[] pair = variable.split("=", 2);
    assertFails(once(Map.of(pair[0], pair[1])), exitCode, advice);

    Map<String, String> alsoLegacy = new HashMap<>(LEGACY);
    alsoLegacy.putIfAbsent("USER_ID", "100200300");
    alsoLegacy.put(pair[0], pair[1]);
    StartSh.Result result = once(alsoLegacy);
    assertThat(result.exitCode()).isEqualTo(exitCode);
    assertThat(result.out()).as("no other account in its place").isEmpty();
    assertThat(result.err()).doesNotContain("made_up_password");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "drop table session_activity; drop table encryption_keys",
        "delete from session_schema_version",
        "drop table session_schema_version"
      })
  void worksAgainAfterTheAdviceToMigrateWasFollowed(String damage) throws Exception {
    migrateAndAdd("100200300");
    String key = value("select master_key from encryption_keys");
    execute(damage);
    assertFails(once(Map.of("USER_ID", "100200300")), 6, "run the migrations");
    StartSh.Result migrated =
        startSh.run(Map.of("MULTI_TENANT", "true", "DATABASE_URL", url()), "--migrate", "--once");
    if (damage.contains("encryption_keys")) {
      assertThat(migrated.exitCode()).as("its key is gone").isEqualTo(5);
      execute("update encryption_keys set master_key = '" + key + "' where id = 1");
    }
    assertLoads(once(Map.of("USER_ID", "100200300")), "single-db", "100200300");
  }

  @Test
  void refusesToGuessAmongSeveralSessions() throws Exception {
    migrateAndAdd("1", "2");
    assertFails(once(Map.of()), 2, "set USER_ID to load one user's, or MULTI_TENANT=true");
  }

  @Test
  void saysWhatCouldBeConfiguredWhenNothingIs() throws Exception {
    StartSh.Result result = startSh.run(Map.of(), "--once");
    assertFails(result, 2, ".env");
    assertThat(result.err())
        .contains("MULTI_TENANT=true", "USER_ID", "TELEGRAM_SESSION_ID", "DATABASE_URL");
    StartSh.Result half = startSh.run(Map.of("TELEGRAM_SESSION_ID", "x"), "--once");
    assertFails(half, 2, "TELEGRAM_API_HASH is not set");
    assertThat(half.err().lines())
        .as("a line for each")
        .hasSize(2)
        .first()
        .asString()
        .startsWith("start.sh: TELEGRAM_API_ID is not set: set it, as in TELEGRAM_API_ID=");
    assertFails(startSh.run(Map.of(), "--onec"), 2, "--help");
    assertFails(startSh.run(Map.of(), "--migrate", "--once"), 2, "--migrate needs DATABASE_URL");
  }

  @Test
  void skipsOneBadRowAmongManyAndSaysSo() throws Exception {
    migrateAndAdd("1", "2", "3");
    execute(
        "set vibee.replica_writes = on; set session_replication_role = replica; update user_sessions set api_hash_encrypted = 'x' where user_id = '2'");
    StartSh.Result result = once(Map.of("MULTI_TENANT", "true"));
    assertThat(result.exitCode()).isZero();
    assertThat(result.lines()).hasSize(3);
    assertThat(result.lines().get(2)).startsWith("loaded 2 sessions in ");
    assertThat(result.err()).contains("skipped session sess_2 of user 2");
  }

  @Test
  void warnsOfVariablesThatAreNotInForce() throws Exception {
    migrateAndAdd("1");
    StartSh.Result result = once(Map.of("MULTI_TENANT", "true", "USER_ID", "2"));
    assertThat(result.exitCode()).isZero();
    assertThat(result.err()).contains("passed over: USER_ID");
  }

  @Test
  void readsDotenvFilesBesideItAndExecutesNothing() throws Exception {
    migrateAndAdd("1", "2");
    Path bait = startSh.folder().resolve("bait");
    Files.writeString(
        startSh.folder().resolve(".envrc"),
        "touch " + bait + "\nexport DATABASE_URL='" + url() + "'\nexport USER_ID=1\n");
    Files.writeString(
        startSh.folder().resolve(".env"), "USER_ID=2 # the other\nX=$(touch " + bait + ")\n");
    assertLoads(startSh.run(Map.of(), "--once"), "single-db", "2");
    assertLoads(startSh.run(Map.of("USER_ID", "1"), "--once"), "single-db", "1");
    assertThat(bait).doesNotExist();
  }

  @Test
  void keepsSessionsSeenUntilItIsStoppedAndThenEndsCleanly() throws Exception {
    migrateAndAdd("1");
    Process agent = startSh.start(Map.of("DATABASE_URL", url(), "PORT", "0"));
    try {
      Instant limit = Instant.now().plus(Duration.ofSeconds(30));
      while (value("select last_seen_at is not null from user_sessions").equals("f")) {
        assertThat(Instant.now()).as(startSh.read("err")).isBefore(limit);
        assertThat(agent.isAlive()).as(startSh.read("err")).isTrue();
        agent.waitFor(50, TimeUnit.MILLISECONDS);
      }
      Instant asked = Instant.now();
      agent.destroy();
      assertThat(agent.waitFor(5, TimeUnit.SECONDS)).isTrue();
      assertThat(Duration.between(asked, Instant.now())).isLessThan(Duration.ofSeconds(3));
      assertThat(startSh.read("out")).contains("loaded 1 session in ");
      assertThat(startSh.read("err"))
          .matches(
              """
              INFO FleetNews - takes part in the fleet as agent [0-9]+: .+
              admin API and page on http://127\\.0\\.0\\.1:[0-9]+/
              """);
    } finally {
      agent.destroyForcibly();
    }
  }
}
