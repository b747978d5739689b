package io.vibee.session.agent;

/** The options of {@code start.sh}. */
record Options(boolean once, boolean migrate, boolean demo, boolean help) {

  static Options parse(String[] args) {
    boolean once = false;
    boolean migrate = false;
    boolean demo = false;
    boolean help = false;
    for (String arg : args) {
      switch (arg) {
        case "--once" -> once = true;
        case "--migrate" -> migrate = true;
        case "--demo" -> demo = true;
        case "--help", "-h" -> help = true;
        // Not repeated: it may be a secret that was meant for the environment.
        default -> throw new UsageException("unknown option");
      }
    }
    if (demo && (once || migrate)) throw new UsageException("--demo goes with no other option");
    return new Options(once, migrate, demo, help);
  }
}
