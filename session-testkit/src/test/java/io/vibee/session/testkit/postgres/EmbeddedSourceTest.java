package io.vibee.session.testkit.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.jdbc.url.DatabaseUrl;
import io.vibee.session.testkit.samples.BuilderSample;
import io.vibee.session.testkit.samples.DatabaseSample;
import io.vibee.session.testkit.samples.ManyDatabasesSample;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests servers of embedded binaries: every major version under every JUnit, with nothing left
 * behind.
 */
class EmbeddedSourceTest {
  private static final Class<?>[] SAMPLES = {
    DatabaseSample.class,
    DatabaseSample.SharedSample.class,
    DatabaseSample.StaticSample.class,
    BuilderSample.class,
    BuilderSample.SharedSample.class,
    BuilderSample.SiblingsSample.class
  };

  private static final int TESTS = 20;

  @TempDir Path temporary;

  private SampleProcess run;

  @BeforeEach
  void prepareARun() {
    run =
        new SampleProcess()
            .source("embedded")
            .setting("java.io.tmpdir", temporary.toString())
            // The unpacked binaries are a cache, which is meant to outlive runs.
            .setting("ot.epg.working-dir", Path.of("target", "postgres", "binaries").toString());
  }

  /** Runs methods in parallel, nested classes and both lifecycles, by annotation and by builder. */
  @Tag("slow")
  @ParameterizedTest(name = "PostgreSQL {0}, JUnit {1}")
  @CsvSource({"14, oldest", "16, later", "18, newest"})
  void servesEveryJUnit(String major, String junit) throws Exception {
    run.withPostgres(major).withJUnit(junit).run(SAMPLES).passed(TESTS);
    assertNothingIsLeft();
  }

  @Tag("slow")
  @ParameterizedTest
  @ValueSource(strings = {"15", "17"})
  void servesTheOtherMajors(String major) throws Exception {
    run.withPostgres(major).run(DatabaseSample.StaticSample.class).passed(2);
    assertNothingIsLeft();
  }

  @Tag("slow")
  @Test
  void leavesNothingBehindOfFiftyDatabases() throws Exception {
    run.run(ManyDatabasesSample.class).passed(51);
    assertNothingIsLeft();
  }

  @Test
  void aKilledRunLeavesNothingRunning() throws Exception {
    try (StuckRun stuck = StuckRun.start(run)) {
      ProcessHandle server = server(stuck.url());
      assertThat(server.isAlive()).isTrue();
      assertThat(processes()).contains(server);

      stuck.kill();

      assertNothingIsLeftOf(server);
    }
  }

  /** Signals all processes of a job, as a terminal's Ctrl+C and a CI's last resort do. */
  @ParameterizedTest
  @ValueSource(strings = {"KILL", "INT"})
  void aRunWhoseProcessGroupIsKilledLeavesNothingRunning(String signal) throws Exception {
    try (StuckRun stuck = StuckRun.start(run.inAGroupOfItsOwn())) {
      ProcessHandle server = server(stuck.url());
      assertThat(processes()).contains(server);

      stuck.signalGroup(signal);

      assertNothingIsLeftOf(server);
    }
  }

  /**
   * Matters since whoever gets in is superuser, and can run programs as the user who runs the
   * tests.
   */
  @Test
  void itAsksForAPasswordOfItsOwn() throws Exception {
    try (StuckRun stuck = StuckRun.start(run)) {
      String without = stuck.url().replaceFirst("postgres:[0-9a-f]{32}@", "postgres@");
      assertThat(without.equals(stuck.url())).isFalse();
      for (String url : List.of(without, without.replace("@", ":another@"))) {
        assertThatThrownBy(() -> DatabaseUrl.parse(url).toDataSource().getConnection())
            .isInstanceOfSatisfying(
                SQLException.class, e -> assertThat(e.getSQLState()).isIn("28P01", "08004"));
      }
    }
  }

  private void assertNothingIsLeftOf(ProcessHandle server) throws Exception {
    server.onExit().get(60, TimeUnit.SECONDS);
    StuckRun.await(() -> leftovers().isEmpty());
    assertNothingIsLeft();
  }

  private static ProcessHandle server(String url) throws Exception {
    try (Connection connection = DatabaseUrl.parse(url).toDataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("show data_directory")) {
      row.next();
      Path pid = Path.of(row.getString(1), "postmaster.pid");
      return ProcessHandle.of(Long.parseLong(Files.readAllLines(pid, UTF_8).get(0))).orElseThrow();
    }
  }

  private void assertNothingIsLeft() {
    assertThat(leftovers()).isEmpty();
    StuckRun.await(() -> processes().isEmpty());
  }

  private List<ProcessHandle> processes() {
    try {
      return run.processes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Path> leftovers() {
    try (Stream<Path> files = Files.list(temporary)) {
      return files.filter(file -> file.getFileName().toString().startsWith("vibee")).toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
