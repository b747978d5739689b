package io.vibee.session.reference;

import io.vibee.session.process.ArgumentNames;
import io.vibee.session.process.RotateKey;
import io.vibee.session.process.UsageException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The options of {@code start.sh}. */
record Options(
    boolean once,
    boolean migrate,
    @Nullable RotateKey rotateKey,
    boolean demo,
    boolean serve,
    boolean help,
    boolean version) {

  static Options parse(String[] args) {
    boolean once = false;
    boolean migrate = false;
    RotateKey rotateKey = null;
    boolean demo = false;
    boolean serve = false;
    boolean help = false;
    boolean version = false;
    List<String> unknown = new ArrayList<>();
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--once" -> once = true;
        case "--migrate" -> migrate = true;
        case "--rotate-key" -> rotateKey = RotateKey.AS_CONFIGURED;
        case "--rotate-key=continue" -> rotateKey = RotateKey.CONTINUE;
        case "--rotate-key=database" -> rotateKey = RotateKey.INTO_DATABASE;
        case "--demo" -> demo = true;
        case "--serve" -> serve = true;
        case "--help", "-h" -> help = true;
        case "--version", "-V" -> version = true;
        default -> unknown.add(ArgumentNames.of(args, i));
      }
    }
    if (!unknown.isEmpty()) throw new UsageException("unknown: " + String.join(", ", unknown));
    if (demo && (once || migrate || rotateKey != null)) {
      throw new UsageException("--demo goes with no other option than --serve");
    }
    if (serve && !demo) {
      throw new UsageException("--serve goes with --demo: any other agent serves unless PORT=off");
    }
    if (once && rotateKey != null) {
      throw new UsageException("--rotate-key does not load: leave out --once");
    }
    return new Options(once, migrate, rotateKey, demo, serve, help, version);
  }
}
