package io.vibee.session.testkit.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.testkit.samples.DatabaseSample;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Tests a server that is already running, with a role that may create databases and nothing else.
 */
class UrlSourceTest {
  private static final String PASSWORD = "p%40ss%2Fword";

  private static final io.vibee.session.jdbc.testing.TestDatabase database =
      Postgres.NEWEST.createDatabase();

  @BeforeAll
  static void createRoles() {
    database.execute("create role testkit_user login createdb password 'p@ss/word'");
    database.execute("create role testkit_nobody login");
  }

  private static String url(String user) {
    return "postgresql://%s:%s@localhost:%d/%s?sslmode=prefer"
        .formatted(user, PASSWORD, Postgres.NEWEST.port(), database.name());
  }

  private static SampleProcess run() {
    return new SampleProcess().variable("VIBEE_TESTKIT_POSTGRES_URL", url("testkit_user"));
  }

  private static List<String> testkitDatabases() {
    return database.query("select datname from pg_database where datname like 'vibee_testkit_%'");
  }

  @Test
  void usesTheNamedServerAndLeavesNothingThere() throws Exception {
    SampleProcess.Result result =
        run().run(DatabaseSample.class, DatabaseSample.SharedSample.class).passed(12);
    assertThat(result.output()).contains("test databases come from URL");
    assertThat(testkitDatabases()).isEmpty();
  }

  @Test
  void dropsWhatAKilledRunLeftButNotWhatALiveOneUses() throws Exception {
    StuckRun killed = StuckRun.start(run());
    killed.kill();
    List<String> left = testkitDatabases();
    assertThat(left).hasSize(2);
    StuckRun alive = StuckRun.start(run());
    try {
      List<String> ofTheLiveOne = testkitDatabases();
      assertThat(ofTheLiveOne).hasSize(2).doesNotContainAnyElementsOf(left);
      run().run(DatabaseSample.StaticSample.class).passed(2);
      assertThat(testkitDatabases()).containsExactlyInAnyOrderElementsOf(ofTheLiveOne);
    } finally {
      alive.kill();
    }
    run().run(DatabaseSample.StaticSample.class).passed(2);
    assertThat(testkitDatabases()).isEmpty();
  }

  @Test
  void aRunWithoutItsOwnConnectionIsAliveAsLongAsATestHasOne() throws Exception {
    StuckRun alive = StuckRun.start(run());
    try {
      List<String> itsDatabases = testkitDatabases();
      assertThat(
              database.query(
                  "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'vibee_testkit_%'"))
          .containsExactly("t");
      run().run(DatabaseSample.StaticSample.class).passed(2);
      assertThat(testkitDatabases()).containsExactlyInAnyOrderElementsOf(itsDatabases);
    } finally {
      alive.kill();
    }
  }

  /** Only a superuser may end a superuser's connection. */
  @Test
  void aDatabaseThatCannotBeDroppedFailsNoRun() throws Exception {
    StuckRun killed = StuckRun.start(run());
    killed.kill();
    try (Connection monitor = DriverManager.getConnection(asSuperuser(killed.url()))) {
      SampleProcess.Result result = run().run(DatabaseSample.StaticSample.class).passed(2);
      assertThat(monitor.isValid(5)).isTrue();
      assertThat(result.output()).doesNotContain("createdb");
    }
    run().run(DatabaseSample.StaticSample.class).passed(2);
    assertThat(testkitDatabases()).isEmpty();
  }

  private static String asSuperuser(String url) {
    return "jdbc:" + url.replaceFirst("//.*@", "//").replaceFirst("\\?.*", "?user=postgres");
  }

  @Test
  void saysWhichRightTheRoleLacks() throws Exception {
    SampleProcess.Result result =
        new SampleProcess()
            .variable("VIBEE_TESTKIT_POSTGRES_URL", url("testkit_nobody"))
            .run(DatabaseSample.StaticSample.class)
            .failed();
    assertThat(result.output()).contains("permission denied to create database", "createdb");
    assertThat(result.output()).doesNotContain(PASSWORD, "p@ss/word");
  }

  @Test
  void aServerThatDoesNotAnswerIsAnErrorAndNoOtherSourceIsTried() throws Exception {
    SampleProcess.Result result =
        new SampleProcess()
            .variable(
                "VIBEE_TESTKIT_POSTGRES_URL",
                "postgresql://testkit_user:" + PASSWORD + "@localhost:1/none")
            .run(DatabaseSample.StaticSample.class)
            .failed();
    assertThat(result.output()).contains("vibee.testkit.postgres.url").doesNotContain("EMBEDDED");
    assertThat(result.output()).doesNotContain(PASSWORD, "p@ss/word");
  }
}
