package io.vibee.session.reference;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.agent.testing.AgentDatabase;
import io.vibee.session.jdbc.testing.Processes;
import io.vibee.session.jdbc.testing.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Plays through what people meet on a machine that is not prepared. */
@Execution(ExecutionMode.CONCURRENT)
class ScenesIT {
  private static final String HASH = AgentDatabase.HASH;

  private Path folder;
  private StartSh startSh;
  private AgentDatabase database;

  @BeforeEach
  void prepare(@TempDir Path temporary) throws Exception {
    folder = temporary;
    startSh = StartSh.in(Files.createDirectory(folder.resolve("project")));
    database = AgentDatabase.empty();
  }

  /** Runs lines in a shell, as they are typed, in a locale that the machine lacks. */
  private StartSh.Result shell(Map<String, String> environment, String... lines) throws Exception {
    Path script = Files.writeString(folder.resolve("script"), String.join("\n", lines));
    ProcessBuilder shell =
        Processes.of(Tools.require("bash"), "-eu", script.toString())
            .directory(startSh.folder().toFile())
            .redirectInput(Files.createFile(folder.resolve("nothing")).toFile())
            .redirectOutput(folder.resolve("out").toFile())
            .redirectError(folder.resolve("err").toFile());
    shell.environment().putAll(environment);
    Process process = shell.start();
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    return new StartSh.Result(
        process.exitValue(),
        Files.readString(folder.resolve("out"), UTF_8),
        Files.readString(folder.resolve("err"), UTF_8));
  }

  @Test
  void anOperatorWhoWritesCyrillicOnABareDebian() throws Exception {
    Files.writeString(
        startSh.folder().resolve(".env"),
        """
        # база данных агентов
        DATABASE_URL="%s"
        TELEGRAM_SESSION_ID=sess_demo0002
        TELEGRAM_API_ID=94892
        TELEGRAM_API_HASH=%s
        TELEGRAM_SESSION_1_USERNAME=Зоя
        """
            .formatted(database.url(), HASH),
        UTF_8);
    StartSh.Result done =
        shell(
            Map.of("LANG", "ru_RU.UTF-8"),
            "MULTI_TENANT=true ./start.sh --migrate --once",
            "scripts/vibee-session add 100200300 --session-id sess_demo0001 --api-id 94892"
                + " --username 'Пётр' --chat 'Новости дня' --api-hash-stdin <<<"
                + HASH,
            "USER_ID=100200301 scripts/migrate-env-to-db.sh",
            "scripts/vibee-session list",
            "scripts/vibee-session show 100200300",
            "scripts/vibee-session generate-key > 'ключ'; chmod 600 'ключ'",
            "scripts/vibee-session export 'копия' --passphrase-file 'ключ'",
            "scripts/vibee-session delete 100200300 --yes",
            "scripts/vibee-session import 'копия' --passphrase-file 'ключ'",
            "MULTI_TENANT=true ./start.sh --once");
    assertThat(done.exitCode()).as(done.err()).isZero();
    assertThat(done.out())
        .contains("Пётр", "Зоя", "Новости дня", "1 created, 0 updated, 1 unchanged")
        .endsWith("(mode=multi-tenant)\n")
        .doesNotContain(HASH);
    assertThat(
            database
                .database()
                .query("select username, target_chats ->> 0 from user_sessions order by user_id"))
        .containsExactly("Пётр|Новости дня", "Зоя|null");
  }

  private String secret(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(file, text + "\n"); // as an editor leaves it
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return file.toString();
  }

  @Test
  void aContainerWithAnEnvFileSecretsAsFilesAndThePlatformsOptionOfJava() throws Exception {
    database.database().migrate();
    database.add("100200300");
    // docker --env-file keeps quotes as part of the value.
    Map<String, String> quoted =
        Map.of("DATABASE_URL", '"' + database.url() + '"', "USER_ID", "\"100200300\"");
    StartSh.Result refused = startSh.run(quoted, "--once");
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err())
        .contains("DATABASE_URL", "USER_ID", "quotes")
        .doesNotContain(database.url());

    Map<String, String> container = new LinkedHashMap<>();
    container.put("DATABASE_URL_FILE", secret("database_url", database.url()));
    container.put("USER_ID", "100200300");
    container.put("JAVA_TOOL_OPTIONS", "-XX:+UseG1GC");
    container.put("JAVA_OPTS", "-XX:MaxRAMPercentage=75");
    StartSh.Result loaded = startSh.run(container, "--once");
    assertThat(loaded.exitCode()).as(loaded.err()).isZero();
    assertThat(loaded.lines().get(0)).startsWith("session user_id=100200300");

    Map<String, String> legacy =
        Map.of(
            "TELEGRAM_SESSION_ID", "sess_legacy0001",
            "TELEGRAM_API_ID", "94892",
            "TELEGRAM_API_HASH_FILE", secret("api_hash", HASH));
    StartSh.Result env = startSh.run(legacy, "--once");
    assertThat(env.exitCode()).as(env.err()).isZero();
    assertThat(env.out() + env.err()).contains("sess_legacy0001").doesNotContain(HASH);

    container.put("DATABASE_URL_FILE", folder.resolve("missing").toString());
    StartSh.Result missing = startSh.run(container, "--once");
    assertThat(missing.exitCode()).isEqualTo(2);
    assertThat(missing.lastErrorLine()).contains("DATABASE_URL_FILE");
    assertThat(List.of(refused, loaded, env, missing))
        .allSatisfy(result -> assertThat(result.err()).doesNotContain("Multiple garbage"));
  }
}
