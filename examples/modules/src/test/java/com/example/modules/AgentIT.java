package com.example.modules;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.jdbc.testing.Canary;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.Processes;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Users run the same jars as modules or on the class path, in processes of their own. */
class AgentIT {
  @TempDir Path folder;

  enum Way {
    MODULE_PATH {
      @Override
      List<String> command() {
        String path = Jars.path(Jars.ofTheAgent());
        return List.of("--module-path", path, "--module", "com.example.modules/" + AGENT);
      }
    },
    CLASS_PATH {
      @Override
      List<String> command() {
        return List.of("--class-path", Jars.path(Jars.ofTheAgent()), AGENT);
      }
    },
    /** As Maven runs the tests of a module that requires core alone, and finds the store. */
    CORE_ON_MODULE_PATH {
      @Override
      List<String> command() {
        return List.of(
            "--module-path",
            Jars.path(Jars.ofCore()),
            "--add-modules",
            "io.vibee.session",
            "--class-path",
            Jars.path(Jars.ofTheAgent()),
            AGENT);
      }
    };

    private static final String AGENT = "com.example.modules.Agent";

    abstract List<String> command();
  }

  @ParameterizedTest
  @EnumSource
  void loadsTheAccountsOfItsEnvironment(Way way) throws Exception {
    assertThat(run(Accounts.alone(), way.command(), "load"))
        .containsExactly("sess_1 of SINGLE_ENV, a hash of 32");
    assertThat(read("err")).as("through the binding").contains("loaded 1 sessions");
  }

  @ParameterizedTest
  @EnumSource
  void loadsFromADatabaseByAKeyOutsideIt(Way way) throws Exception {
    TestDatabase database = Postgres.NEWEST.createDatabase();

    assertThat(run(Accounts.with(database), way.command(), "adopt", "load", "page"))
        .contains("sess_1 of MULTI_TENANT, a hash of 32", "page <!doctype html>");
    assertThat(database.value("select master_key is null from encryption_keys where id = 1"))
        .as("the key is outside")
        .isEqualTo("t");
  }

  @Test
  void listsSessionsByTheCommand() throws Exception {
    TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
    database.insertMany(2);
    List<String> command =
        List.of(
            "--module-path",
            Jars.path(Jars.withTheCommand()),
            // Optional: agents that use what the command shares with them need no picocli.
            "--add-modules",
            "info.picocli",
            "--module",
            "io.vibee.session.cli/io.vibee.session.cli.Main");

    assertThat(run(Map.of("DATABASE_URL", database.url()), command, "list", "--json"))
        .anyMatch(line -> line.contains("sess_1"))
        .anyMatch(line -> line.contains("sess_2"));
  }

  /** What it printed. */
  private List<String> run(Map<String, String> environment, List<String> options, String... args)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.addAll(List.of(Processes.java(), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(options);
    command.addAll(List.of(args));
    ProcessBuilder builder = Processes.of(command).directory(folder.toFile());
    builder.environment().putAll(environment);
    builder.redirectOutput(folder.resolve("out").toFile());
    Process process = builder.redirectError(folder.resolve("err").toFile()).start();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("it hangs: " + Canary.masked(read("out") + read("err")));
    }
    assertThat(process.exitValue()).as(Canary.masked(read("out") + read("err"))).isZero();
    assertThat(Canary.in(read("out") + read("err"))).as("secrets shown").isEmpty();
    return Files.readAllLines(folder.resolve("out"), UTF_8);
  }

  private String read(String file) throws IOException {
    return Files.readString(folder.resolve(file), UTF_8);
  }
}
