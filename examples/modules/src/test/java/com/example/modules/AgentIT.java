package com.example.modules;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.SessionStore;
import io.vibee.session.admin.AdminServer;
import io.vibee.session.jdbc.testing.Canary;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.Processes;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
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
        .containsExactly("sess_1 of single-env, a hash of 32");
    assertThat(read("err")).as("through the binding").contains("loaded 1 sessions");
  }

  @ParameterizedTest
  @EnumSource
  void runsTheAccountsOfItsEnvironment(Way way) throws Exception {
    assertThat(run(Accounts.alone(), way.command(), "run"))
        .containsExactly("started sess_1", "closed sess_1");
  }

  @ParameterizedTest
  @EnumSource
  void loadsFromADatabaseByAKeyOutsideIt(Way way) throws Exception {
    TestDatabase database = Postgres.NEWEST.createDatabase();

    assertThat(run(Accounts.with(database), way.command(), "adopt", "load", "page"))
        .contains("sess_1 of multi-tenant, a hash of 32", "page <!doctype html>");
    assertThat(database.value("select master_key is null from encryption_keys where id = 1"))
        .as("the key is outside")
        .isEqualTo("t");
  }

  @Test
  void listsSessionsByTheCommandAsTheApiDoes() throws Exception {
    TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
    database.insertMany(2);
    database.execute(
        """
        update user_sessions set phone = '+10005550123', last_seen_at = now(), target_chats =
          '[-1001, "007", "[1]group", [1, 2], {"a": 1.50}, "{}", 9223372036854775808]'
        where user_id = '1'
        """);
    Map<String, String> environment = Map.of("DATABASE_URL", database.url());
    List<String> command =
        List.of(
            "--module-path",
            Jars.path(Jars.withTheCommand()),
            "--module",
            "io.vibee.session.cli/io.vibee.session.cli.Main");

    String listed = String.join("", run(environment, command, "list", "--json"));
    assertThat(listed).contains("sess_1", "sess_2", "+10005550123");
    assertThat(listed.replace(" ", "")).isEqualTo(withoutItsOwn(answer(environment)));
  }

  /** What the admin API answers when it is asked for all sessions. */
  private static String answer(Map<String, String> environment) throws Exception {
    try (SessionStore store = SessionStore.fromEnvironment(environment);
        AdminServer server = AdminServer.over(store).port(0).start()) {
      URI all = URI.create("http://localhost:" + server.port() + "/api/v1/sessions?active=all");
      HttpRequest request = HttpRequest.newBuilder(all).build();
      return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
    }
  }

  private static String withoutItsOwn(String answer) {
    return answer
        .replaceAll("\"(readable|problem|seen_since_deactivated)\":[^,]*,", "")
        .replace(",\"next\":null", "");
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
