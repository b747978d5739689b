package io.vibee.session.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.jdbc.testing.Processes;
import io.vibee.session.jdbc.testing.Tools;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The command line itself, without a database. */
class CommandLineTest {
  static final List<String> COMMANDS =
      List.of(
          "migrate",
          "add",
          "list",
          "show",
          "activate",
          "deactivate",
          "delete",
          "activity",
          "import-env",
          "generate-key",
          "rotate-key",
          "keys",
          "fleet",
          "why",
          "clear",
          "move",
          "drain",
          "cordon",
          "uncordon",
          "stop-fleet",
          "resume-fleet",
          "export",
          "import",
          "doctor",
          "completion");

  static Stream<String> commands() {
    return COMMANDS.stream();
  }

  @Test
  void listsEveryCommand() {
    String help = new CliRun().run("--help").assertDone().out();
    assertThat(help).contains(COMMANDS).contains("DATABASE_URL", "Exit codes:");
    assertThat(new CliRun().run("--version").assertDone().out()).startsWith("vibee-session ");
    new CliRun().run().assertFails(2, "name a command");
  }

  @ParameterizedTest
  @MethodSource("commands")
  void explainsEachCommandWithExamplesAndExitCodes(String command) {
    String help = new CliRun().columns(80).run(command, "--help").assertDone().out();
    assertThat(help)
        .startsWith("usage: vibee-session " + command)
        .contains("Examples:", "vibee-session " + command, "Exit codes:", "--help")
        .doesNotContain("%n", "@|");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "lst | did you mean list",
        "s3cret_word | unknown command",
        "list --frob=s3cret_word --fnord | unknown option --frob, --fnord; vibee-session list --help",
        "list -s3cret_word | unknown option",
        "list --activ | did you mean --active",
        "list s3cret_word | too many arguments",
        "list --active --inactive | exclude each other",
        "list --json --json | --json is given twice",
        "activity --limit s3cret_word | --limit: the value is missing or not allowed, write a whole",
        "list --stale s3cret_word | --stale must be a number with s, m, h, d or w behind it",
        "list --stale 0d | --stale must be",
        "list --search= | --search needs a text",
        "activity --limit 0 | --limit must be 1 to 1000",
        "activity --limit | missing: the value of --limit",
        "show | missing: ID",
        "move 1 | missing: AGENT",
        "drain | missing: AGENT",
        "stop-fleet s3cret_word s3cret_word | too many arguments",
        "add | missing: USER_ID",
        "add 1 --api-id s3cret_word | --api-id",
        "add 1 --active s3cret_word | write true or false",
        "add 1 --api-hash=s3cret_word | --api-hash-stdin",
        "add 1 --api-hash s3cret_word | list of processes",
        "export f --passphrase s3cret_word | --passphrase-file",
        "rotate-key --key=s3cret_word | ENCRYPTION_MASTER_KEY_FILE",
        "list --database-url=postgresql://u:s3cret_word@h/d | set DATABASE_URL",
        "add @s3cret_word_file | USER_ID",
        "list | DATABASE_URL is not set",
        "list --env-file=/s3cret_word | there is no such file",
        "add 1 --api-hash-env s3cret_word | the variable of that name is not set",
        "add 1 --api-hash-file s3cret_word | cannot be read",
        "rotate-key --database --continue | exclude each other",
      })
  void refusesWithoutRepeatingWhatMayBeASecret(String command, String advice) {
    CliRun.Result result = new CliRun().run(command.split(" "));
    if (!advice.equals("USER_ID")) result.assertFails(2, advice);
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.out() + result.err()).doesNotContain("s3cret");
  }

  /** As Java leaves what the locale's charset lacks. */
  @Test
  void namesWhatLostItsLetters() {
    new CliRun()
        .run(
            "add",
            "1",
            "--username",
            "\uFFFD\uFFFD",
            "--chat=\uFFFD",
            "s3cret\uFFFD",
            "x",
            "\uFFFD")
        .assertFails(
            2, "--username, --chat, argument 6, argument 8: not all letters arrived, since the");
    new CliRun()
        .with("PS1", "\uFFFD")
        .with("DATABASE_URL", "postgresql://u:\uFFFD@localhost/d")
        .with("TELEGRAM_API_HASH", "\uFFFD")
        .run("list")
        .assertFails(2, "DATABASE_URL, TELEGRAM_API_HASH: not all letters arrived");
    CliRun.on("postgresql://localhost:1/d")
        .with("H", "\uFFFD")
        .run("add", "1", "--api-hash-env", "H")
        .assertFails(2, "--api-hash-env: not all letters arrived");
    CliRun.on("postgresql://localhost:1/d")
        .answering("\uFFFD")
        .run("add", "1", "--api-hash-prompt")
        .assertFails(2, "what was typed: not all letters arrived");
  }

  @Test
  void explainsItselfOnTheNarrowestTerminal() {
    assertThat(new CliRun().columns(20).run("--help").assertDone().out()).contains("doctor");
  }

  @Test
  void refusesAMalformedUrlWithoutRepeatingIt() {
    CliRun.on("mysql://u:s3cret_word@h/d").run("list").assertFails(2, "postgresql://");
    CliRun.on("postgresql://u:p@s3cret_word:x@h/d").run("list").assertFails(2, "%40");
  }

  @Test
  void printsNewKeys() {
    String first = new CliRun().run("generate-key").assertDone().out();
    assertThat(first).matches("[A-Za-z0-9+/]{43}=\\R");
    assertThat(new CliRun().run("generate-key").out()).isNotEqualTo(first);
  }

  @Test
  void printsACompletionThatBashReads(@TempDir Path folder) throws Exception {
    Path script = folder.resolve("completion");
    Files.writeString(script, new CliRun().run("completion").assertDone().out());
    Path test = folder.resolve("test");
    Files.writeString(
        test,
        "source '"
            + script
            + "'\nCOMP_WORDS=(vibee-session d); COMP_CWORD=1\n_complete_vibee-session\n"
            + "printf '%s\\n' \"${COMPREPLY[@]}\"\n");
    Process bash =
        Processes.of(Tools.require("bash"), test.toString()).redirectErrorStream(true).start();
    assertThat(new String(bash.getInputStream().readAllBytes(), UTF_8).lines())
        .contains("deactivate", "delete", "doctor")
        .doesNotContain("add");
    assertThat(bash.waitFor()).isZero();
  }
}
