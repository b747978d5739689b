package io.vibee.session.cli;

import io.vibee.session.KeyRotation;
import io.vibee.session.ManagedSessionStore;
import io.vibee.session.RotationProgress;
import io.vibee.session.cli.terminal.CliContext;
import io.vibee.session.cli.terminal.Progress;
import io.vibee.session.process.RotateKey;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

@CommandLine.Command(
    name = "rotate-key",
    description = {
      "Changes the key and moves all sessions to it, while agents run.",
      "",
      "The new key is that of ENCRYPTION_MASTER_KEY_FILE or ENCRYPTION_MASTER_KEY if one is set,"
          + " else one that the database makes. Read docs/keys.md before the key leaves the"
          + " database: every agent needs it first. Killed midway, nothing is lost: run it again"
          + " with --continue. Exit code 5 says that some sessions cannot be read and keep their"
          + " key.",
    },
    footer = {
      "  vibee-session rotate-key",
      "  ENCRYPTION_MASTER_KEY_FILE=session.key vibee-session rotate-key",
      "  vibee-session rotate-key --continue",
    })
final class RotateKeyCommand extends DatabaseCommand {
  @ArgGroup private final Choice choice = new Choice();

  /** At most one of these. */
  static final class Choice {
    @Option(
        names = "--database",
        description = "move to a new key in the database, even if one outside it is set")
    private boolean intoDatabase;

    @Option(
        names = "--continue",
        description = "leave the key as it is, and move the sessions that do not have it yet")
    private boolean proceed;

    RotateKey value() {
      if (proceed) return RotateKey.CONTINUE;
      return intoDatabase ? RotateKey.INTO_DATABASE : RotateKey.AS_CONFIGURED;
    }
  }

  RotateKeyCommand(CliContext context) {
    super(context);
  }

  @Override
  public Integer call() {
    return withStore(this::rotate);
  }

  private int rotate(ManagedSessionStore store) {
    KeyRotation keys = RotateKey.of(store);
    choice
        .value()
        .changeKey(keys, settings())
        .ifPresent(key -> note("new hashes are encrypted with " + RotateKey.name(key)));
    RotationProgress end;
    try (Progress progress = new Progress(context(), "moved")) {
      end =
          keys.rotate(
              now -> {
                progress.at(now.done(), now.done() + now.left());
                return true;
              });
    }
    Map<String, @Nullable Object> document = new LinkedHashMap<>();
    document.put("key_version", end.keyVersion());
    document.put("moved", end.done());
    document.put("left", end.left());
    document.put("unreadable", end.unreadable());
    document.put("elapsed_ms", end.elapsed().toMillis());
    print(document, RotateKey.line(end));
    RotateKey.remainder(end, "vibee-session doctor says which and why")
        .ifPresent(advice -> context().err().println(Failures.line(advice)));
    return RotateKey.exitCode(end);
  }
}
