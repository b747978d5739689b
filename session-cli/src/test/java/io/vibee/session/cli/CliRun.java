package io.vibee.session.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vibee.session.cli.backup.BackupCipher;
import io.vibee.session.cli.terminal.CliContext;
import io.vibee.session.cli.terminal.Terminal;
import io.vibee.session.jdbc.testing.Canary;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs one command in this process, on streams of its own. */
final class CliRun {
  /** As the real one, but for the second that it takes to stretch a passphrase. */
  static final BackupCipher QUICK = new BackupCipher(0x60);

  private final Map<String, String> environment = new HashMap<>();
  private String input = "";
  private final Deque<String> answers = new ArrayDeque<>();
  private boolean interactive;
  private Runnable meanwhile = () -> {};
  private @Nullable Path home;
  private int columns = Integer.MAX_VALUE;
  private BackupCipher cipher = QUICK;

  /** What a command left behind. */
  record Result(int code, String out, String err) {
    String lastError() {
      return err.lines().reduce((first, second) -> second).orElse("");
    }

    JsonNode json() {
      try {
        return new ObjectMapper().readTree(out);
      } catch (IOException e) {
        throw new UncheckedIOException(out, e);
      }
    }

    /** Failed with one last line that says what to do, and without anything that tells a secret. */
    void assertFails(int exitCode, String advice) {
      assertThat(code).as(err).isEqualTo(exitCode);
      assertThat(lastError()).startsWith("vibee-session: ").contains(advice);
      assertThat(out + err).doesNotContain("Exception", "\tat ");
    }

    Result assertDone() {
      assertThat(code).as(err).isZero();
      return this;
    }
  }

  static CliRun on(String databaseUrl) {
    return new CliRun().with("DATABASE_URL", databaseUrl);
  }

  CliRun with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  CliRun typing(String text) {
    input = text;
    return this;
  }

  /** Somebody sits there and answers. */
  CliRun answering(String... lines) {
    interactive = true;
    answers.addAll(List.of(lines));
    return this;
  }

  /** What somebody else does while a question waits for its answer. */
  CliRun meanwhile(Runnable action) {
    meanwhile = action;
    return this;
  }

  CliRun in(Path folder) {
    home = folder;
    return this;
  }

  CliRun encryptingBy(BackupCipher other) {
    cipher = other;
    return this;
  }

  CliRun columns(int number) {
    columns = number;
    return this;
  }

  Result run(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    CliContext context =
        new CliContext(
            new ByteArrayInputStream(input.getBytes(UTF_8)),
            new PrintStream(out, false, UTF_8),
            new PrintStream(err, true, UTF_8),
            Map.copyOf(environment),
            new Answering(),
            home);
    int code = new Cli(context, cipher).run(args);
    Result result = new Result(code, out.toString(UTF_8), err.toString(UTF_8));
    assertThat(Canary.in(result.out() + result.err())).as("secrets shown").isEmpty();
    return result;
  }

  private final class Answering implements Terminal {
    @Override
    public boolean isInteractive() {
      return interactive;
    }

    @Override
    public boolean showsErrors() {
      return false;
    }

    @Override
    public int columns() {
      return columns;
    }

    @Override
    public @Nullable String ask(String prompt) {
      meanwhile.run();
      return answers.poll();
    }

    @Override
    public @Nullable String askSecretly(String prompt) {
      return answers.poll();
    }
  }
}
