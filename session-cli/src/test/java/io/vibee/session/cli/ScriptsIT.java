package io.vibee.session.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.Session;
import io.vibee.session.jdbc.testing.Canary;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.Processes;
import io.vibee.session.jdbc.testing.TestDatabase;
import io.vibee.session.jdbc.testing.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The scripts, beside links to the project, so that .env files can lie beside them. */
@Execution(ExecutionMode.CONCURRENT)
class ScriptsIT {
  private static final String NASTY = "it's \"$HOME\" `id` \\ '; drop table user_sessions; --";

  private Path project;

  private static final List<String> SCRIPTS =
      List.of("java.sh", "vibee-session", "migrate-env-to-db.sh", "generate-encryption-key.sh");

  @BeforeEach
  void copyTheScripts(@TempDir Path temporary) throws IOException {
    project = temporary;
    Tools.require("bash");
    Path original = Path.of("..").toRealPath();
    for (String name :
        List.of(
            "pom.xml",
            "migrations",
            "session-core",
            "session-jdbc",
            "session-openpgp",
            "session-cli")) {
      Files.createSymbolicLink(project.resolve(name), original.resolve(name));
    }
    Path scripts = Files.createDirectory(project.resolve("scripts"));
    for (String name : SCRIPTS) {
      Files.copy(original.resolve("scripts").resolve(name), scripts.resolve(name));
    }
    // Called only if the wrapper thinks that something is to be built, which is done by now.
    Path maven =
        Files.writeString(project.resolve("mvnw"), "#!/bin/sh\necho maven was called\nexit 1\n");
    Files.setPosixFilePermissions(maven, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private CliRun.Result run(Map<String, String> environment, String script, String... args)
      throws Exception {
    List<String> command = new ArrayList<>();
    command.add(project.resolve("scripts").resolve(script).toString());
    command.addAll(List.of(args));
    return CliProcess.start(project, environment, command).type("").result();
  }

  private Path link(String name, Path to) throws IOException {
    return Files.createSymbolicLink(project.resolve(name), to);
  }

  private void env(String... lines) throws IOException {
    Path file = Files.write(project.resolve(".env"), List.of(lines));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void movesDotenvIntoTheDatabaseAndExecutesNothing() throws Exception {
    TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
    Path bait = project.resolve("bait");
    env(
        "DATABASE_URL=" + database.url(),
        "USER_ID=100200300",
        "TELEGRAM_SESSION_ID=sess_$(touch${IFS}" + bait + ")",
        "TELEGRAM_API_ID=94892",
        "TELEGRAM_API_HASH='" + NASTY.replace("'", "'\\''") + "'",
        "TELEGRAM_SESSION_1_USERNAME='" + NASTY.replace("'", "'\\''") + "'",
        "export TELEGRAM_SESSION_ID_2=`touch${IFS}" + bait + "`",
        "TELEGRAM_SESSION_2_PHONE=\"+1 (000) 555-0123\"");
    CliRun.Result missing = run(Map.of(), "migrate-env-to-db.sh");
    missing.assertFails(2, "USER_ID_2 is not set");

    CliRun.Result moved = run(Map.of("USER_ID_2", "100200301"), "migrate-env-to-db.sh");
    assertThat(moved.assertDone().out()).endsWith("2 created, 0 updated, 0 unchanged\n");
    assertThat(moved.err()).contains("Next steps", "./start.sh --once");
    assertThat(bait).doesNotExist();
    try (var store = database.store()) {
      Session first = store.findByUserId("100200300").orElseThrow();
      assertThat(first.username()).isEqualTo(NASTY);
      assertThat(first.sessionId()).isEqualTo("sess_$(touch${IFS}" + bait + ")");
      assertThat(first.apiHash().exposeSecret()).isEqualTo(NASTY);
      Session second = store.findByUserId("100200301").orElseThrow();
      assertThat(second.sessionId()).isEqualTo("`touch${IFS}" + bait + "`");
      assertThat(second.phone()).isEqualTo("+1 (000) 555-0123");
    }
    assertThat(moved.out() + moved.err()).doesNotContain("drop table");

    Path linked = link("linked", Path.of("scripts", "migrate-env-to-db.sh"));
    List<String> command = List.of(link("twice", linked).toString(), "--json");
    CliRun.Result again =
        CliProcess.start(project, Map.of("USER_ID_2", "100200301"), command).type("").result();
    assertThat(again.assertDone().json().path("unchanged").asInt()).isEqualTo(2);
  }

  @Test
  void migratesFirstIfAsked() throws Exception {
    TestDatabase database = Postgres.NEWEST.createDatabase();
    Map<String, String> environment =
        Map.of(
            "DATABASE_URL", database.url(),
            "USER_ID", "1",
            "TELEGRAM_SESSION_ID", "sess_1",
            "TELEGRAM_API_ID", "1",
            "TELEGRAM_API_HASH", Canary.API_HASH);
    run(environment, "migrate-env-to-db.sh").assertFails(6, "run the migrations");
    run(Map.of("USER_ID", "1"), "migrate-env-to-db.sh", "--migrate")
        .assertFails(
            2, "DATABASE_URL, TELEGRAM_SESSION_ID, TELEGRAM_API_ID, TELEGRAM_API_HASH are");
    assertThat(run(environment, "migrate-env-to-db.sh", "--migrate").assertDone().out())
        .contains("1 created");
    CliRun.Result unknown =
        run(environment, "migrate-env-to-db.sh", "s3cret", "--json", "--frob=s3cret");
    assertThat(unknown.code()).isEqualTo(2);
    assertThat(unknown.err()).contains("unknown: argument 1, --frob; --help");
    assertThat(unknown.err()).doesNotContain("s3cret");
    assertThat(run(environment, "migrate-env-to-db.sh", "--help").assertDone().out())
        .contains("USER_ID_2");
  }

  @Test
  void wrapsTheJarFromAnywhere() throws Exception {
    env("DATABASE_URL=postgresql://postgres@localhost:1/d");
    run(Map.of(), "vibee-session", "list").assertFails(4, "check that it runs");
    Path linked = link("linked", Path.of("scripts", "vibee-session"));
    CliProcess.start(project, Map.of(), List.of(linked.toString(), "list"))
        .type("")
        .result()
        .assertFails(4, "");
    Map<String, String> tooOld = Map.of("JAVA_HOME", oldJava().toString());
    run(tooOld, "vibee-session", "list").assertFails(2, "JDK 17 or newer");
    run(Map.of("JAVA_HOME", "/nope"), "vibee-session", "list")
        .assertFails(2, "JAVA_HOME is /nope, where there is no bin/java");
  }

  @Test
  void leavesTheCollectorToTheUser() throws Exception {
    for (String variable :
        List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "JAVA_OPTS", "_JAVA_OPTIONS")) {
      run(Map.of(variable, "-Xmx64m -XX:+UseParallelGC"), "vibee-session", "--version")
          .assertDone();
    }
    Path options = Files.writeString(project.resolve("options"), "-XX:+UseG1GC\n");
    run(Map.of("JAVA_OPTS", "@" + options), "vibee-session", "--version").assertDone();
  }

  @Test
  void isNotOffendedByAReaderWhoHasSeenEnough() throws Exception {
    CliRun.Result seen = sh(Map.of(), "set -o pipefail", "scripts/vibee-session --help | true");
    assertThat(seen.assertDone().err()).isEmpty();
    Tools.require(Files.exists(Path.of("/dev/full")), "/dev/full is not there");
    sh(Map.of(), "scripts/vibee-session --help > /dev/full")
        .assertFails(1, "standard output cannot be written");
  }

  @Test
  void keepsEveryLetterWhateverTheLocale() throws Exception {
    requireCUtf8();
    List<Map<String, String>> locales =
        List.of(
            Map.of(),
            Map.of("LC_ALL", "C"),
            Map.of("LC_ALL", "C.UTF-8"),
            Map.of("LANG", "en_US.UTF-8"),
            Map.of("LC_ALL", "xx_XX.UTF-8"),
            Map.of("LANG", "C.UTF-8", "LC_TIME", "xx_XX.UTF-8"),
            Map.of("LANG", "C.UTF-8", "LC_TIME", "C.UTF-8", "LC_NUMERIC", "C", "LC_PAPER", "C"));
    for (Map<String, String> locale : locales) {
      TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
      CliRun.Result result =
          sh(
              locale,
              "export DATABASE_URL='" + database.url() + "' H='" + Canary.API_HASH + "'",
              "export TELEGRAM_SESSION_ID=sess_2 TELEGRAM_API_ID=1 TELEGRAM_API_HASH=$H USER_ID=2",
              "export TELEGRAM_SESSION_1_USERNAME='Зоя'",
              "scripts/vibee-session add 1 --session-id sess_1 --api-id 1 --api-hash-env H"
                  + " --username 'Пётр' --chat 'чат' &&",
              "scripts/vibee-session import-env");
      assertThat(result.assertDone().out()).as(locale.toString()).contains("1 created");
      assertThat(result.err()).as(locale.toString()).doesNotContain("java.sh");
      assertThat(
              database.value(
                  "select string_agg(username, ' ' order by id) || ' ' || min(target_chats ->> 0)"
                      + " from user_sessions"))
          .as(locale.toString())
          .isEqualTo("Пётр Зоя чат");
    }
  }

  @Test
  void refusesLettersThatJavaLost() throws Exception {
    String jar = "exec '%s' -jar '%s' ";
    String java = jar.formatted(Processes.java(), System.getProperty("vibee.cli.jar"));
    Map<String, String> ascii = Map.of("LC_ALL", "C");
    sh(ascii, java + "add 1 --session-id s --api-id 1 --username 'Пётр' --chat='чат'")
        .assertFails(2, "--username, --chat: not all letters arrived");
    sh(ascii, "export DATABASE_URL='postgresql://x:пароль@localhost:1/d'", java + "list")
        .assertFails(2, "DATABASE_URL: not all letters arrived");
  }

  /** As a shell runs these lines, whatever the charset of this process. */
  private CliRun.Result sh(Map<String, String> environment, String... lines) throws Exception {
    Path script = Files.write(project.resolve("script"), List.of(lines));
    List<String> command = List.of(Tools.require("bash"), script.toString());
    return CliProcess.start(project, environment, command).type("").result();
  }

  private static void requireCUtf8() throws Exception {
    Process locales = Processes.of(Tools.require("locale"), "-a").start();
    String names = new String(locales.getInputStream().readAllBytes(), ISO_8859_1);
    Tools.require(names.contains("C.utf8"), "the locale C.UTF-8 is not installed");
  }

  private Path oldJava() throws IOException {
    Path home = Files.createDirectories(project.resolve("jdk"));
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"11.0.2\"\n");
    return home;
  }

  @Test
  void makesKeysWhereOpensslIsMissing() throws Exception {
    Path programs = Files.createDirectory(project.resolve("programs"));
    for (String name : List.of("bash", "env", "head", "base64", "cat")) {
      Files.createSymbolicLink(programs.resolve(name), Path.of(Tools.require(name)));
    }
    CliRun.Result key = run(Map.of("PATH", programs.toString()), "generate-encryption-key.sh");
    assertThat(key.assertDone().out()).matches("[A-Za-z0-9+/]{43}=\n");
  }

  /** As cron and systemd start a build: the wrapper's own lines for it are ours. */
  @Test
  void mavenNeedsNoHome() throws Exception {
    Path original = Path.of("..").toRealPath();
    Path clone = Files.createDirectory(project.resolve("a clone"));
    Path wrapper = Files.createDirectories(clone.resolve(".mvn/wrapper"));
    String properties = ".mvn/wrapper/maven-wrapper.properties";
    Files.copy(original.resolve(properties), clone.resolve(properties));
    Path mvnw =
        Files.copy(
            original.resolve("mvnw"), clone.resolve("mvnw"), StandardCopyOption.COPY_ATTRIBUTES);
    String url =
        Files.readAllLines(wrapper.resolve("maven-wrapper.properties")).stream()
            .filter(line -> line.startsWith("distributionUrl="))
            .findFirst()
            .orElseThrow()
            .substring("distributionUrl=".length());
    String version = url.substring(url.lastIndexOf('/') + 1).replace("-bin.zip", "");
    program(
        clone.resolve(
            Path.of(".m2", "wrapper", "dists", version, Integer.toHexString(url.hashCode()))
                .resolve("bin/mvn")),
        "printf '%s\\n' \"$@\"");
    Path programs = Files.createDirectory(project.resolve("programs"));
    program(programs.resolve("getent"), "echo nobody:x:65534:65534::/nonexistent:/bin/sh");
    Map<String, String> environment =
        Map.of("HOME", "", "PATH", programs + ":" + System.getenv("PATH"));
    CliRun.Result result =
        CliProcess.start(project, environment, List.of(mvnw.toString(), "verify")).result();
    assertThat(result.assertDone().out())
        .isEqualTo("-Dmaven.repo.local=" + clone.resolve(".m2/repository") + "\nverify\n");
  }

  private static void program(Path file, String line) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + line + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  void isFreeOfWhatShellcheckFinds() throws Exception {
    String shellcheck = Tools.require("shellcheck");
    List<String> command = new ArrayList<>(List.of(shellcheck));
    for (String name : SCRIPTS) {
      command.add(project.resolve("scripts").resolve(name).toString());
    }
    CliRun.Result result = CliProcess.start(project, Map.of(), command).result();
    assertThat(result.code()).as(result.out()).isZero();
  }
}
