package io.vibee.session.openpgp.fire;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vibee.session.NewKey;
import io.vibee.session.RotationProgress;
import io.vibee.session.Secret;
import io.vibee.session.jdbc.JdbcSessionStore;
import io.vibee.session.openpgp.MasterKey;
import io.vibee.session.openpgp.OpenPgpSealer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A process that changes keys and rotates, and is meant to be killed. Reads two keys and then
 * commands, says what it does, and ends when its parent does.
 */
final class Rotator {
  static final String READY = "ready";
  static final String CHANGING = "changing";
  static final String CHANGED = "changed";
  static final String BATCH = "batch";
  static final String COMPLETE = "complete";
  static final String FAILED = "failed";

  private final MasterKey first;
  private final MasterKey second;
  private volatile List<MasterKey> keys;
  private final JdbcSessionStore store;

  private Rotator(String url, MasterKey first, MasterKey second) {
    this.first = first;
    this.second = second;
    keys = List.of(first, second);
    store = JdbcSessionStore.open(url, OpenPgpSealer.of(() -> keys));
    store.keys(); // connected and checked: the command finds it ready
  }

  public static void main(String[] arguments) throws IOException {
    BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    Rotator rotator = new Rotator(arguments[0], key(commands), key(commands));
    say(READY);
    @Nullable String command;
    while ((command = commands.readLine()) != null) {
      try {
        rotator.obey(Target.valueOf(command));
      } catch (RuntimeException | Error e) {
        e.printStackTrace(System.out);
        say(FAILED);
      }
    }
    // The parent is gone, or no longer needs this process.
    Runtime.getRuntime().halt(0);
  }

  private static MasterKey key(BufferedReader lines) throws IOException {
    return MasterKey.of(Secret.of(lines.readLine()));
  }

  private void obey(Target target) {
    if (target != Target.CURRENT) {
      keys = target == Target.SECOND_KEY ? List.of(second, first) : List.of(first, second);
      say(CHANGING);
      store.changeKey(target == Target.DATABASE ? NewKey.generated() : NewKey.external());
    }
    say(CHANGED);
    RotationProgress progress =
        store.rotate(
            batch -> {
              say(BATCH);
              return true;
            });
    say(progress.complete() ? COMPLETE : FAILED);
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
