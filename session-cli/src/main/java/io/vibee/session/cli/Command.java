package io.vibee.session.cli;

import java.io.PrintStream;
import java.util.concurrent.Callable;

/** A command, made with its surroundings; picocli fills in options and calls it once. */
abstract class Command implements Callable<Integer> {
  private final Surroundings here;

  Command(Surroundings here) {
    this.here = here;
  }

  final Surroundings here() {
    return here;
  }

  final PrintStream out() {
    return here.out();
  }

  /** For people alone: what scripts need is on standard output. */
  final void note(String text) {
    here.err().println(Printable.line(text));
  }
}
