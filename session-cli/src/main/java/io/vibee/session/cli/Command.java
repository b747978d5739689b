package io.vibee.session.cli;

import io.vibee.session.StoredTexts;
import io.vibee.session.cli.terminal.CliContext;
import java.io.PrintStream;
import java.util.concurrent.Callable;

/** A command. It is made with its context; picocli fills in its options and calls it once. */
abstract class Command implements Callable<Integer> {
  private final CliContext context;

  Command(CliContext context) {
    this.context = context;
  }

  final CliContext context() {
    return context;
  }

  final PrintStream out() {
    return context.out();
  }

  /** Prints a line for people alone: what scripts need goes to standard output. */
  final void note(String text) {
    context.err().println(StoredTexts.printableLine(text));
  }
}
